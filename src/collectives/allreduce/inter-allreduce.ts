/**
 * Reduction to everybody in both groups, each getting the other's result: both reduce to their ranks 0, which exchange the
 * results and pass on what they got.
 *
 *     group A   0 ← 1, 2, 3      0 ↔ 0      0 → 1, 2, 3   group A
 *     group B   0 ← 1, 2                    0 → 1, 2      group B
 *
 * Cost: that of a reduce, of a bcast, and α + nβ.
 */
import { outcome, type Steps } from '../../engine/task.ts';
import { receivePayload } from '../../p2p/payload.ts';
import type { TypedArray } from '../../wire/element-type.ts';
import { arrival } from '../arrival.ts';
import { bcastAmong } from '../bcast/bcast.ts';
import { binomialBcast } from '../bcast/binomial-bcast.ts';
import type { IntercommunicatorEnds } from '../collective.ts';
import type { ElementReduction } from '../operations/element-reduction.ts';
import type { ValueReduction } from '../operations/value-reduction.ts';
import { binomialReduce } from '../reduce/binomial-reduce.ts';
import { reduceElements } from '../reduce/reduce-elements.ts';
import { relay } from '../notices.ts';

/** Everybody gets the combination of the other group's values. */
export function* interAllreduce(
  local: ValueReduction,
  remote: ValueReduction,
  value: unknown,
): Steps<unknown> {
  const own = yield* binomialReduce(local, value, 0);
  const { endpoint, tag } = local;
  if (endpoint.rank !== 0) return local.read(yield* binomialBcast(endpoint, null, 0, tag));
  relay(endpoint, tag, remote.endpoint, remote.tag);
  const sending = remote.give(own, 0);
  const received = yield* outcome(receivePayload(remote.endpoint, 0, remote.tag));
  yield* outcome(sending);
  const theirs = remote.read(received);
  relay(remote.endpoint, remote.tag, endpoint, tag);
  yield* binomialBcast(endpoint, received, 0, tag);
  return theirs;
}

/** Everybody's `result` gets the combination of the other group's elements. It may be `own`. */
export function* interAllreduceInto(
  { local, remote }: IntercommunicatorEnds,
  reduction: ElementReduction,
  own: TypedArray,
  result: TypedArray,
  tag: number,
  remoteTag: number,
): Steps<void> {
  const sum = local.rank === 0 ? reduction.take(local, own.length) : null;
  yield* reduceElements(local, reduction, own, sum, 0, tag);
  if (sum !== null) {
    relay(local, tag, remote, remoteTag);
    const expected = reduction.expect(remote, result, 0, remoteTag);
    const sending = reduction.send(remote, sum, 0, remoteTag);
    yield* arrival(remote, 'allreduce', expected);
    yield* outcome(sending);
    local.scratch.giveBack(sum);
    relay(remote, remoteTag, local, tag);
  }
  yield* bcastAmong(local, reduction.payloadOf(result), 0, tag);
}
