/**
 * Reduce-scatter by recursive halving: partners at halving distance split the ranks between them into those below and those
 * above, each sending the other's shares and combining its own. Ranks beyond a power of two give way first (doubling-plan.ts)
 * and get their share at the end.
 *
 *     p = 4    round 0    0↔2  1↔3    shares 0 1 │ 2 3        round 1    0↔1  2↔3    share 0 │ 1 │ 2 │ 3
 *
 * Best for short data. Only for operations that commute, since those far away come first. Cost: ⌈log₂ p⌉ α + n(p−1)/p (β + γ);
 * for other p than powers of two 2α + nβ + nγ more.
 */
import { outcome, type Steps } from '../../engine/task.ts';
import type { TypedArray } from '../../wire/element-type.ts';
import { arrival } from '../arrival.ts';
import type { CollectiveEndpoint } from '../collective.ts';
import { copyElements, type ElementReduction } from '../operations/element-reduction.ts';
import { doublingPlan, foldSurplus, rankOf } from './doubling-plan.ts';

/** `starts` has the first element of each rank's share, and the end of the last one. */
export function* recursiveHalvingReduceScatterInto(
  endpoint: CollectiveEndpoint,
  reduction: ElementReduction,
  own: TypedArray,
  result: TypedArray,
  starts: readonly number[],
  tag: number,
): Steps<void> {
  const { rank, peers } = endpoint;
  const plan = doublingPlan(rank, peers.length);
  const { givesTo, takesFrom, compact, partners } = plan;
  const power = 2 ** Math.floor(Math.log2(peers.length));
  const surplus = peers.length - power;
  const sum = givesTo < 0 ? reduction.newElements(own.length) : own;
  const folded = yield* foldSurplus(endpoint, reduction, own, sum, plan, tag);
  if (givesTo >= 0) {
    yield* arrival(endpoint, 'reduce-scatter', reduction.expect(endpoint, result, givesTo, tag));
    return;
  }
  /** The shares of those who stay as `from` to before `to`, and of those who gave way to them. */
  const sharesOf = (elements: TypedArray, from: number, to: number): TypedArray =>
    elements.subarray(startOf(from), startOf(to));
  const startOf = (of: number): number => starts[of === power ? peers.length : rankOf(of, surplus)]!;
  if (!folded) copyElements(own, sum);
  let first = 0;
  for (const [round, partner] of [...partners.entries()].toReversed()) {
    const half = 2 ** round;
    const middle = first + half;
    const isLower = (compact & half) === 0;
    const mine = isLower ? sharesOf(sum, first, middle) : sharesOf(sum, middle, middle + half);
    const theirs = isLower ? sharesOf(sum, middle, middle + half) : sharesOf(sum, first, middle);
    const receiving = reduction.receive(endpoint, mine, partner, tag);
    const sending = reduction.send(endpoint, theirs, partner, tag);
    yield* outcome(receiving);
    yield* outcome(sending);
    if (!isLower) first = middle;
  }
  if (takesFrom >= 0) {
    const theirs = sum.subarray(starts[takesFrom], starts[takesFrom + 1]);
    yield* outcome(reduction.send(endpoint, theirs, takesFrom, tag));
  }
  copyElements(sum.subarray(starts[rank], starts[rank + 1]), result);
}
