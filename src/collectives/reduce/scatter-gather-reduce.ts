/**
 * Rabenseifner's reduction to one process: halving the vector (reduce-scatter/vector-halving.ts) leaves everybody with a part
 * of the result; the way back towards the root gathers them.
 *
 *     halving    0: A···   1: ··A·   2: ·B··   3: ···B
 *     gathering to root 1    3 → 1: ·· AB   2 → 0: AB ··       then 0 → 1: ABAB
 *
 * Best for long data. Cost: 2⌈log₂ p⌉ α + 2n(p−1)/p β + n(p−1)/p γ.
 */
import { outcome, type Steps } from '../../engine/task.ts';
import type { TypedArray } from '../../wire/element-type.ts';
import { arrival } from '../arrival.ts';
import type { CollectiveEndpoint } from '../collective.ts';
import type { ElementReduction } from '../operations/element-reduction.ts';
import { doublingPlan } from '../reduce-scatter/doubling-plan.ts';
import { halveVector, halvingRounds, partOf } from '../reduce-scatter/vector-halving.ts';

/** The root's `result` gets the combination of everybody's elements; null elsewhere. */
export function* scatterGatherReduceInto(
  endpoint: CollectiveEndpoint,
  reduction: ElementReduction,
  own: TypedArray,
  result: TypedArray | null,
  root: number,
  tag: number,
): Steps<void> {
  if (result !== null) {
    yield* inParts(endpoint, reduction, own, result, root, tag);
    return;
  }
  const givesWay = doublingPlan(endpoint.rank, endpoint.peers.length).givesTo >= 0;
  const sum = reduction.take(endpoint, givesWay ? 0 : own.length);
  yield* inParts(endpoint, reduction, own, sum, root, tag);
  endpoint.scratch.giveBack(sum);
}

function* inParts(
  endpoint: CollectiveEndpoint,
  reduction: ElementReduction,
  own: TypedArray,
  sum: TypedArray,
  root: number,
  tag: number,
): Steps<void> {
  const { rank, peers } = endpoint;
  const plan = doublingPlan(rank, peers.length);
  const rootPlan = doublingPlan(root, peers.length);
  const rounds = halvingRounds(plan, own.length, reduction.width);
  yield* halveVector(endpoint, reduction, own, sum, plan, rounds, tag);
  // Whoever has given way takes no part, but for a root, who gets everything from the one who stayed for it.
  if (plan.givesTo >= 0 && rank !== root) return;
  for (const { partner, bit, mine, theirs } of rounds.toReversed()) {
    if ((plan.compact & bit) !== (rootPlan.compact & bit)) {
      yield* outcome(reduction.send(endpoint, partOf(sum, mine), partner, tag));
      return;
    }
    yield* arrival(endpoint, 'reduce', reduction.expect(endpoint, partOf(sum, theirs), partner, tag));
  }
  if (rootPlan.givesTo === rank) yield* outcome(reduction.send(endpoint, sum, root, tag));
  else if (rank === root && plan.givesTo >= 0) {
    yield* arrival(endpoint, 'reduce', reduction.expect(endpoint, sum, plan.givesTo, tag));
  }
}
