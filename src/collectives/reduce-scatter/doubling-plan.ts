/**
 * Who exchanges with whom where partners double their distance, and what is done about ranks beyond a power of two: the
 * first 2r pair up, the odd ones giving way to the even ones before them, where there are r too many.
 *
 *     p = 6    rank       0 ← 1   2 ← 3   4   5
 *              compact    0       1       2   3        round 0: 0↔1, 2↔3    round 1: 0↔2, 1↔3
 *
 * Every partial result covers consecutive ranks, and partners' ranges are neighbours: the order of operands is kept.
 */
import { outcome, type Steps } from '../../engine/task.ts';
import type { TypedArray } from '../../wire/element-type.ts';
import { arrival } from '../arrival.ts';
import type { CollectiveEndpoint } from '../collective.ts';
import { copyElements, type ElementReduction } from '../operations/element-reduction.ts';
import { taken } from '../notices.ts';

export interface DoublingPlan {
  /** Whom this process leaves its part to, or -1. */
  readonly givesTo: number;
  /** Whose part it takes on, or -1. */
  readonly takesFrom: number;
  /** Its number among those that stay; that of the one who stays for it where it gives way. */
  readonly compact: number;
  /** How many are too many. */
  readonly surplus: number;
  /** It exchanges with one partner for each bit below this one; 1 where it gives way. */
  readonly end: number;
}

export function doublingPlan(rank: number, size: number): DoublingPlan {
  const power = 2 ** (31 - Math.clz32(size));
  const surplus = size - power;
  const paired = rank < 2 * surplus;
  const givesWay = paired && rank % 2 === 1;
  return {
    givesTo: givesWay ? rank - 1 : -1,
    takesFrom: paired && !givesWay ? rank + 1 : -1,
    compact: paired ? rank >> 1 : rank - surplus,
    surplus,
    end: givesWay ? 1 : power,
  };
}

/** The partner whose number differs in this bit. */
export const partnerAt = ({ compact, surplus }: DoublingPlan, bit: number): number =>
  rankOf(compact ^ bit, surplus);

/** The rank of the process that stays under this number, where there are `surplus` too many. */
export function rankOf(compact: number, surplus: number): number {
  return compact < surplus ? compact * 2 : compact + surplus;
}

/**
 * The first step where there are too many: who gives way sends everything; who takes on combines that with its own into
 * `sum`. True where `sum` holds this process' part from then on.
 */
export function* foldSurplus(
  endpoint: CollectiveEndpoint,
  reduction: ElementReduction,
  own: TypedArray,
  sum: TypedArray,
  { givesTo, takesFrom }: DoublingPlan,
  tag: number,
): Steps<boolean> {
  if (givesTo >= 0) yield* outcome(reduction.send(endpoint, own, givesTo, tag));
  if (takesFrom < 0) return false;
  copyElements(own, sum);
  yield* taken(endpoint, 'reduce', reduction.receive(endpoint, sum, takesFrom, tag));
  return true;
}

/** The last step of a reduction to everybody: who has given way gets the result. */
export function* unfoldSurplus(
  endpoint: CollectiveEndpoint,
  reduction: ElementReduction,
  sum: TypedArray,
  { givesTo, takesFrom }: DoublingPlan,
  verb: string,
  tag: number,
): Steps<void> {
  if (givesTo >= 0) yield* arrival(endpoint, verb, reduction.expect(endpoint, sum, givesTo, tag));
  if (takesFrom >= 0) yield* outcome(reduction.send(endpoint, sum, takesFrom, tag));
}
