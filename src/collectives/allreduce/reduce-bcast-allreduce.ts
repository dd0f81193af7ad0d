/**
 * Reduction to everybody by way of rank 0: a reduction to it, then a broadcast from it. Fewer messages in all than any
 * exchange, which counts where many ranks share a core.
 *
 * Cost: that of a reduce and of a bcast; by binomial trees 2⌈log₂ p⌉ (α + nβ) + ⌈log₂ p⌉ nγ.
 */
import type { Steps } from '../../engine/task.ts';
import type { TypedArray } from '../../wire/element-type.ts';
import { bcastAmong } from '../bcast/bcast.ts';
import type { CollectiveEndpoint } from '../collective.ts';
import type { ElementReduction } from '../operations/element-reduction.ts';
import { reduceElements } from '../reduce/reduce-elements.ts';

export function* reduceBcastAllreduceInto(
  endpoint: CollectiveEndpoint,
  reduction: ElementReduction,
  own: TypedArray,
  result: TypedArray,
  tag: number,
): Steps<void> {
  yield* reduceElements(endpoint, reduction, own, endpoint.rank === 0 ? result : null, 0, tag);
  // One tag is enough: what two processes send each other arrives in order, and rank 0 has taken all of the reduction before.
  yield* bcastAmong(endpoint, reduction.payloadOf(result), 0, tag);
}
