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
import { payloadOf, receivePayload, sendPayload, valueOf } from '../../p2p/payload.ts';
import type { TypedArray } from '../../wire/element-type.ts';
import { arrival } from '../arrival.ts';
import { bcastAmong } from '../bcast/bcast.ts';
import { binomialBcast } from '../bcast/binomial-bcast.ts';
import type { IntercommunicatorEnds } from '../collective.ts';
import type { ElementReduction } from '../operations/element-reduction.ts';
import type { Operator } from '../operations/op.ts';
import { binomialReduce } from '../reduce/binomial-reduce.ts';
import { reduceElements } from '../reduce/reduce-elements.ts';
import { relay } from '../notices.ts';

/** Everybody gets the combination of the other group's values. */
export function* interAllreduce(
  { local, remote }: IntercommunicatorEnds,
  operator: Operator,
  value: unknown,
  tag: number,
  remoteTag: number,
): Steps<unknown> {
  const own = yield* binomialReduce(local, operator, value, 0, tag);
  if (local.rank !== 0) return valueOf(local, yield* binomialBcast(local, null, 0, tag));
  const sending = sendPayload(remote, payloadOf(remote, own), 0, remoteTag);
  const theirs = yield* outcome(receivePayload(remote, 0, remoteTag));
  yield* outcome(sending);
  yield* binomialBcast(local, theirs, 0, tag);
  return valueOf(local, theirs);
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
