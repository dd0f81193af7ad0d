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
import { payloadOf, receivePayload, sendPayload, valueOf } from '../../p2p/payload.ts';
import type { TypedArray } from '../../wire/element-type.ts';
import { arrival } from '../arrival.ts';
import type { IntercommunicatorEnds } from '../collective.ts';
import type { ElementReduction } from '../operations/element-reduction.ts';
import type { Operator } from '../operations/op.ts';
import { binomialReduce } from './binomial-reduce.ts';
import { reduceElements } from './reduce-elements.ts';
import { relay } from '../notices.ts';

/** The root gets the combination of the other group's values, everybody else undefined. */
export function* interReduce(
  { local, remote }: IntercommunicatorEnds,
  operator: Operator,
  value: unknown,
  root: number,
  tag: number,
  remoteTag: number,
): Steps<unknown> {
  if (root === PROC_NULL) return undefined;
  if (root === ROOT) return valueOf(remote, yield* outcome(receivePayload(remote, 0, remoteTag)));
  const sum = yield* binomialReduce(local, operator, value, 0, tag);
  if (local.rank === 0) yield* outcome(sendPayload(remote, payloadOf(remote, sum), root, remoteTag));
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
