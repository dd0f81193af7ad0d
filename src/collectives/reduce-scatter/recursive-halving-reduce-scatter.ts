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
import { doublingPlan, foldSurplus, partnerAt, rankOf } from './doubling-plan.ts';
import type { Shares } from './shares.ts';
import { taken } from '../notices.ts';

/** `result` gets this process' share. It lies apart from `own`. */
export function* recursiveHalvingReduceScatterInto(
  endpoint: CollectiveEndpoint,
  reduction: ElementReduction,
  own: TypedArray,
  result: TypedArray,
  shares: Shares,
  tag: number,
): Steps<void> {
  const { rank, peers } = endpoint;
  const plan = doublingPlan(rank, peers.length);
  const { givesTo, takesFrom, compact, surplus, end } = plan;
  const sum = givesTo < 0 ? reduction.take(endpoint, own.length) : own;
  const folded = yield* foldSurplus(endpoint, reduction, own, sum, plan, tag);
  if (givesTo >= 0) {
    yield* arrival(endpoint, 'reduce-scatter', reduction.expect(endpoint, result, givesTo, tag));
    return;
  }
  const rankFrom = (number: number): number => (number === end ? peers.length : rankOf(number, surplus));
  /** The shares of those who stay from number `from` to before `to`, and of those who gave way to them. */
  const sharesOf = (from: number, to: number): TypedArray =>
    shares.between(sum, rankFrom(from), rankFrom(to));
  if (!folded) copyElements(own, sum);
  let first = 0;
  for (let half = end / 2; half >= 1; half /= 2) {
    const partner = partnerAt(plan, half);
    const middle = first + half;
    const isLower = (compact & half) === 0;
    const mine = isLower ? sharesOf(first, middle) : sharesOf(middle, middle + half);
    const theirs = isLower ? sharesOf(middle, middle + half) : sharesOf(first, middle);
    const receiving = reduction.receive(endpoint, mine, partner, tag);
    const sending = reduction.send(endpoint, theirs, partner, tag);
    yield* taken(endpoint, 'reduce-scatter', receiving);
    yield* outcome(sending);
    if (!isLower) first = middle;
  }
  if (takesFrom >= 0) {
    yield* outcome(reduction.send(endpoint, shares.of(sum, takesFrom), takesFrom, tag));
  }
  copyElements(shares.of(sum, rank), result);
  endpoint.scratch.giveBack(sum);
}
