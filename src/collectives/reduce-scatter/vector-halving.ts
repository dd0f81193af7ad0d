/**
 * The first half of Rabenseifner's algorithms: partners at doubling distance halve the vector between them, each combining
 * the half it keeps. In the end everybody who stays (doubling-plan.ts) has the whole result of its own part.
 *
 *     p = 4    rank   0           1           2           3
 *     round 0         AB··        ··AB        AB··        ··AB        with the neighbour
 *     round 1         A···        ··A·        ·B··        ···B        two further on
 *
 * Neighbours first: so the order of operands is kept, which the usual way (the furthest first) would not.
 *
 * Cost: ⌈log₂ p⌉ α + n(p−1)/p (β + γ); for other p than powers of two (α + nβ + nγ) more.
 */
import { outcome, type Steps } from '../../engine/task.ts';
import type { TypedArray } from '../../wire/element-type.ts';
import type { CollectiveEndpoint } from '../collective.ts';
import { copyElements, type ElementReduction } from '../operations/element-reduction.ts';
import { type DoublingPlan, foldSurplus, partnerAt } from './doubling-plan.ts';
import { taken } from '../notices.ts';

/** One round: with whom, and which part of the vector stays with whom. */
export interface HalvingRound {
  readonly partner: number;
  /** The bit of `compact` in which the partner differs. */
  readonly bit: number;
  readonly mine: Part;
  readonly theirs: Part;
}

/** Elements from `start` to before `end`. */
export interface Part {
  readonly start: number;
  readonly end: number;
}

export const partOf = (elements: TypedArray, { start, end }: Part): TypedArray =>
  elements.subarray(start, end);

/** The rounds of this process; `width` elements are never torn apart. */
export function halvingRounds(plan: DoublingPlan, length: number, width: number): HalvingRound[] {
  const rounds: HalvingRound[] = [];
  let part: Part = { start: 0, end: length };
  for (let bit = 1; bit < plan.end; bit *= 2) {
    const middle = part.start + Math.ceil((part.end - part.start) / width / 2) * width;
    const lower = { start: part.start, end: middle };
    const upper = { start: middle, end: part.end };
    const [mine, theirs] = (plan.compact & bit) === 0 ? [lower, upper] : [upper, lower];
    part = mine;
    rounds.push({ partner: partnerAt(plan, bit), bit, mine, theirs });
  }
  return rounds;
}

/** Runs the rounds; this process' part of `sum` then holds the result. The rest of `sum` is left in any state. */
export function* halveVector(
  endpoint: CollectiveEndpoint,
  reduction: ElementReduction,
  own: TypedArray,
  sum: TypedArray,
  plan: DoublingPlan,
  rounds: readonly HalvingRound[],
  tag: number,
): Steps<void> {
  const folded = yield* foldSurplus(endpoint, reduction, own, sum, plan, tag);
  let source = folded ? sum : own;
  // Alone.
  if (rounds.length === 0 && plan.givesTo < 0) copyElements(source, sum);
  for (const { partner, mine, theirs } of rounds) {
    const kept = partOf(sum, mine);
    // In the first round the own elements go from where they are, and only those that stay are copied.
    if (source !== sum) copyElements(partOf(source, mine), kept);
    const receiving = reduction.receive(endpoint, kept, partner, tag);
    const sending = reduction.send(endpoint, partOf(source, theirs), partner, tag);
    yield* taken(endpoint, 'reduce', receiving);
    yield* outcome(sending);
    source = sum;
  }
}
