/**
 * Reduce-scatter by pairwise exchange: in step k everybody sends to the process k ranks above what that one gathers, and takes
 * its own share from the one k below.
 *
 *     p = 4    from rank   r−1, r−2, …, 0 │ p−1, p−2, …, r+1
 *                          into the result │ where order counts: into a second place, which comes in last
 *
 * Right for operations that do not commute. Cost: (p−1) α + n(p−1)/p (β + γ).
 */
import { outcome, type Steps } from '../../engine/task.ts';
import type { TypedArray } from '../../wire/element-type.ts';
import { arrival } from '../arrival.ts';
import type { CollectiveEndpoint } from '../collective.ts';
import { copyElements, type ElementReduction } from '../operations/element-reduction.ts';
import type { Shares } from './shares.ts';
import { taken } from '../notices.ts';

/** `result` gets this process' share. It lies apart from `own`. */
export function* pairwiseReduceScatterInto(
  endpoint: CollectiveEndpoint,
  reduction: ElementReduction,
  own: TypedArray,
  result: TypedArray,
  shares: Shares,
  tag: number,
): Steps<void> {
  const { rank, peers } = endpoint;
  const size = peers.length;
  copyElements(shares.of(own, rank), result);
  let higher: TypedArray | null = null;
  for (let step = 1; step < size; step++) {
    const dest = (rank + step) % size;
    const source = (rank - step + size) % size;
    const sending = reduction.send(endpoint, shares.of(own, dest), dest, tag);
    if (reduction.commutative || source < rank) {
      yield* taken(endpoint, 'reduce-scatter', reduction.receive(endpoint, result, source, tag));
    } else if (higher === null) {
      higher = reduction.take(endpoint, result.length);
      yield* arrival(endpoint, 'reduce-scatter', reduction.expect(endpoint, higher, source, tag));
    } else {
      // The ranks between come in descending order, each to the left of those before.
      yield* taken(endpoint, 'reduce-scatter', reduction.receive(endpoint, higher, source, tag, false));
    }
    yield* outcome(sending);
  }
  if (higher === null) return;
  reduction.combine(result, higher);
  endpoint.scratch.giveBack(higher);
}
