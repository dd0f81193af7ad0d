/**
 * Reduction to everybody of few: everybody sends its elements to everybody at once, and combines what it gets in the order of
 * the ranks (reduce/rank-order.ts): right for operations that do not commute, and the same result everywhere to the last bit.
 *
 *     p = 4    0→123  1→230  2→301  3→012       then everybody: ((0 ∘ 1) ∘ 2) ∘ 3
 *
 * One step alone, where doubling takes two or more that depend on each other: where ranks share cores each of these is a change of process.
 * Best for short data among few. Cost: α + (p − 1)(nβ + nγ).
 */
import type { Operation } from '../../engine/operation.ts';
import { outcome, type Steps } from '../../engine/task.ts';
import type { TypedArray } from '../../wire/element-type.ts';
import { finish, send } from '../blocked.ts';
import type { CollectiveEndpoint } from '../collective.ts';
import type { ElementReduction } from '../operations/element-reduction.ts';
import { isInPlace } from '../operations/reduction-buffers.ts';
import { combineInRankOrder, combineInRankOrderBlocked } from '../reduce/rank-order.ts';

/** Everybody's `result` gets the combination of everybody's elements. */
export function* spreadAllreduceInto(
  endpoint: CollectiveEndpoint,
  reduction: ElementReduction,
  own: TypedArray,
  result: TypedArray,
  tag: number,
): Steps<void> {
  const { rank } = endpoint;
  const size = endpoint.peers.length;
  // In place the result would come over what is still being sent.
  const given = isInPlace(own, result) ? reduction.takeCopy(endpoint, own) : own;
  const sending: Operation<void>[] = [];
  for (let step = 1; step < size; step++) {
    sending.push(reduction.send(endpoint, given, (rank + step) % size, tag));
  }
  yield* combineInRankOrder(endpoint, 'allreduce', reduction, given, result, tag);
  for (const one of sending) yield* outcome(one);
  if (given !== own) endpoint.scratch.giveBack(given);
}

/** The same with the thread blocked, by an operation of the standard's. */
export function spreadAllreduceIntoBlocked(
  endpoint: CollectiveEndpoint,
  reduction: ElementReduction,
  own: TypedArray,
  result: TypedArray,
  tag: number,
): void {
  const { rank } = endpoint;
  const size = endpoint.peers.length;
  const given = isInPlace(own, result) ? reduction.takeCopy(endpoint, own) : own;
  const payload = reduction.recentPayloadOf(endpoint, given);
  let sending: Operation<void>[] | null = null;
  for (let step = 1; step < size; step++) {
    const one = send(endpoint, payload, (rank + step) % size, tag);
    if (one !== null) (sending ??= []).push(one);
  }
  combineInRankOrderBlocked(endpoint, 'allreduce', reduction, given, result, tag);
  if (sending !== null) for (const one of sending) finish(endpoint, one, 'allreduce');
  if (given !== own) endpoint.scratch.giveBack(given);
}
