/**
 * Reduction to one process of few: everybody sends to the root, which combines what comes: its own first and then rank by
 * rank, or strictly in the order of the ranks (rank-order.ts) where the operation does not commute.
 *
 *     p = 4    1, 2, 3 → 0
 *
 * Nobody but the root waits for anybody. Best among few. Cost: α + (p − 1)(nβ + nγ).
 */
import { outcome, type Steps } from '../../engine/task.ts';
import type { TypedArray } from '../../wire/element-type.ts';
import { combine, finish, send } from '../blocked.ts';
import type { CollectiveEndpoint } from '../collective.ts';
import { taken } from '../notices.ts';
import { copyElements, type ElementReduction } from '../operations/element-reduction.ts';
import { isInPlace } from '../operations/reduction-buffers.ts';
import { combineInRankOrder } from './rank-order.ts';

/** The root's `result` gets the combination of everybody's elements; null elsewhere. */
export function* flatReduceInto(
  endpoint: CollectiveEndpoint,
  reduction: ElementReduction,
  own: TypedArray,
  result: TypedArray | null,
  root: number,
  tag: number,
): Steps<void> {
  const { rank, peers } = endpoint;
  if (result === null) {
    yield* outcome(reduction.send(endpoint, own, root, tag));
    return;
  }
  if (!reduction.commutative) {
    const kept = rank > 0 && isInPlace(own, result) ? reduction.takeCopy(endpoint, own) : own;
    yield* combineInRankOrder(endpoint, 'reduce', reduction, kept, result, tag);
    if (kept !== own) endpoint.scratch.giveBack(kept);
    return;
  }
  copyElements(own, result);
  for (let source = 0; source < peers.length; source++) {
    if (source === rank) continue;
    yield* taken(endpoint, 'reduce', reduction.receive(endpoint, result, source, tag));
  }
}

/** The same with the thread blocked, by an operation of the standard's: these commute. */
export function flatReduceIntoBlocked(
  endpoint: CollectiveEndpoint,
  reduction: ElementReduction,
  own: TypedArray,
  result: TypedArray | null,
  root: number,
  tag: number,
): void {
  if (result === null) {
    finish(endpoint, send(endpoint, reduction.recentPayloadOf(endpoint, own), root, tag), 'reduce');
    return;
  }
  const { rank } = endpoint;
  const size = endpoint.peers.length;
  copyElements(own, result);
  for (let source = 0; source < size; source++) {
    if (source !== rank) combine(endpoint, reduction, reduction.withHigher, result, source, tag, 'reduce');
  }
}
