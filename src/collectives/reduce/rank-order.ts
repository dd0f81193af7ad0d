/**
 * Combines everybody's elements one after the other in the order of the ranks: part of the algorithms in which one process,
 * or everybody, gets the elements of all.
 *
 *     ((0 ∘ 1) ∘ 2) ∘ 3       those of rank 0 go straight into the result, the others are combined as they come
 *
 * So it is right for operations that do not commute, and whoever does it gets the same, to the last bit.
 */
import type { Steps } from '../../engine/task.ts';
import type { TypedArray } from '../../wire/element-type.ts';
import { arrival } from '../arrival.ts';
import { combine, receive } from '../blocked.ts';
import type { CollectiveEndpoint } from '../collective.ts';
import { noteTrouble, taken } from '../notices.ts';
import { copyElements, type ElementReduction } from '../operations/element-reduction.ts';

/** `result` lies apart from `own`, but at rank 0. */
export function* combineInRankOrder(
  endpoint: CollectiveEndpoint,
  verb: string,
  reduction: ElementReduction,
  own: TypedArray,
  result: TypedArray,
  tag: number,
): Steps<void> {
  const { rank, peers } = endpoint;
  if (rank === 0) copyElements(own, result);
  else yield* arrival(endpoint, verb, reduction.expect(endpoint, result, 0, tag));
  for (let source = 1; source < peers.length; source++) {
    if (source !== rank) {
      yield* taken(endpoint, verb, reduction.receive(endpoint, result, source, tag, true));
      continue;
    }
    try {
      reduction.combine(result, own);
    } catch (error) {
      // A function of the program's: what the others have sent is received all the same.
      noteTrouble(endpoint, tag, error);
    }
  }
}

/** The same with the thread blocked, by an operation of the standard's. */
export function combineInRankOrderBlocked(
  endpoint: CollectiveEndpoint,
  verb: string,
  reduction: ElementReduction,
  own: TypedArray,
  result: TypedArray,
  tag: number,
): void {
  const { rank } = endpoint;
  const size = endpoint.peers.length;
  if (rank === 0) copyElements(own, result);
  else receive(endpoint, reduction.recentPayloadOf(endpoint, result), 0, tag, verb);
  for (let source = 1; source < size; source++) {
    if (source === rank) reduction.combine(result, own);
    else combine(endpoint, reduction, reduction.withHigher, result, source, tag, verb);
  }
}
