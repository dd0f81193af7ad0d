/**
 * Rabenseifner's reduction to everybody: halving the vector (reduce-scatter/vector-halving.ts) leaves everybody with a part of
 * the result; going the same way back, partners give each other what they have until everybody has everything.
 *
 *     p = 4    halving     A···  ··A·  ·B··  ···B
 *              round 1'    AB··  ··AB  AB··  ··AB        with the furthest first
 *              round 0'    ABAB  ABAB  ABAB  ABAB
 *
 * Best for long data; keeps rank order. Cost: 2⌈log₂ p⌉ α + 2n(p−1)/p β + n(p−1)/p γ; for other p than powers of two
 * 2α + 2nβ + nγ more.
 */
import { outcome, type Steps } from '../../engine/task.ts';
import type { TypedArray } from '../../wire/element-type.ts';
import { arrival } from '../arrival.ts';
import type { CollectiveEndpoint } from '../collective.ts';
import type { ElementReduction } from '../operations/element-reduction.ts';
import { doublingPlan, unfoldSurplus } from '../reduce-scatter/doubling-plan.ts';
import { halveVector, halvingRounds, partOf } from '../reduce-scatter/vector-halving.ts';

export function* rabenseifnerAllreduceInto(
  endpoint: CollectiveEndpoint,
  reduction: ElementReduction,
  own: TypedArray,
  result: TypedArray,
  tag: number,
): Steps<void> {
  const plan = doublingPlan(endpoint.rank, endpoint.peers.length);
  const rounds = halvingRounds(plan, own.length, reduction.width);
  yield* halveVector(endpoint, reduction, own, result, plan, rounds, tag);
  for (const { partner, mine, theirs } of rounds.toReversed()) {
    const expected = reduction.expect(endpoint, partOf(result, theirs), partner, tag);
    const sending = reduction.send(endpoint, partOf(result, mine), partner, tag);
    yield* arrival(endpoint, 'allreduce', expected);
    yield* outcome(sending);
  }
  yield* unfoldSurplus(endpoint, reduction, result, plan, 'allreduce', tag);
}
