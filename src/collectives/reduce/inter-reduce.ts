/**
 * Reduction from one group to a process of the other: the senders reduce among themselves to their rank 0, which sends the
 * result to the root. The companions of the root have nothing to do.
 *
 *     senders   0 ← 1, 2, 3      0 ──→ root
 *
 * Cost: that of a reduction among the senders, and α + nβ.
 */
import { outcome, type Steps } from '../../engine/task.ts';
import { PROC_NULL, ROOT } from '../../model/constants.ts';
import type { TypedArray } from '../../wire/element-type.ts';
import { arrival } from '../arrival.ts';
import type { IntercommunicatorEnds } from '../collective.ts';
import type { ElementReduction } from '../operations/element-reduction.ts';
import type { ValueReduction } from '../operations/value-reduction.ts';
import { binomialReduce } from './binomial-reduce.ts';
import { reduceElements } from './reduce-elements.ts';
import { relay } from '../notices.ts';

/** The root gets the combination of the other group's values, everybody else undefined. */
export function* interReduce(
  local: ValueReduction,
  remote: ValueReduction,
  value: unknown,
  root: number,
): Steps<unknown> {
  if (root === PROC_NULL) return undefined;
  if (root === ROOT) return yield* remote.take(0);
  const sum = yield* binomialReduce(local, value, 0);
  relay(local.endpoint, local.tag, remote.endpoint, remote.tag);
  if (local.endpoint.rank === 0) yield* outcome(remote.give(sum, root));
  return undefined;
}

/** The root's `elements` get the combination of the other group's; among the senders they are this process' part. */
export function* interReduceInto(
  { local, remote }: IntercommunicatorEnds,
  reduction: ElementReduction,
  elements: TypedArray,
  root: number,
  tag: number,
  remoteTag: number,
): Steps<void> {
  if (root === ROOT) {
    yield* arrival(remote, 'reduce', reduction.expect(remote, elements, 0, remoteTag));
    return;
  }
  const sum = local.rank === 0 ? reduction.take(local, elements.length) : null;
  yield* reduceElements(local, reduction, elements, sum, 0, tag);
  relay(local, tag, remote, remoteTag);
  if (sum === null) return;
  yield* outcome(reduction.send(remote, sum, root, remoteTag));
  local.scratch.giveBack(sum);
}
