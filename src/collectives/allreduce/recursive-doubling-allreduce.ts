/**
 * Reduction to everybody by recursive doubling: in round k everybody exchanges its partial result with the process whose
 * number differs in bit k, and both combine. Ranks beyond a power of two give way first (doubling-plan.ts). All combine along
 * the same tree in rank order: right for operations that do not commute, and the same result everywhere to the last bit.
 *
 *     p = 4    round 0   0↔1  2↔3        round 1   0↔2  1↔3
 *
 * Best for short data, and the only one for values. Cost: (⌈log₂ p⌉ + 2)(α + nβ + nγ); 2 less where p is a power of two.
 */
import { outcome, type Steps } from '../../engine/task.ts';
import type { TypedArray } from '../../wire/element-type.ts';
import { combine, finish, send } from '../blocked.ts';
import type { CollectiveEndpoint } from '../collective.ts';
import { copyElements, type ElementReduction } from '../operations/element-reduction.ts';
import type { ValueReduction } from '../operations/value-reduction.ts';
import { doublingPlan, foldSurplus, partnerAt, unfoldSurplus } from '../reduce-scatter/doubling-plan.ts';
import { give, inTrouble } from '../notices.ts';

/** Everybody gets the combination of everybody's value. */
export function* recursiveDoublingAllreduce(reduction: ValueReduction, value: unknown): Steps<unknown> {
  const { rank, peers } = reduction.endpoint;
  const plan = doublingPlan(rank, peers.length);
  const { givesTo, takesFrom } = plan;
  if (givesTo >= 0) {
    yield* outcome(reduction.give(value, givesTo));
    return yield* reduction.take(givesTo);
  }
  let sum = takesFrom >= 0 ? reduction.combine(value, yield* reduction.take(takesFrom)) : value;
  for (let bit = 1; bit < plan.end; bit *= 2) {
    const partner = partnerAt(plan, bit);
    const sending = reduction.give(sum, partner);
    const theirs = yield* reduction.take(partner);
    yield* outcome(sending);
    sum = rank < partner ? reduction.combine(sum, theirs) : reduction.combine(theirs, sum);
  }
  if (takesFrom >= 0) yield* outcome(reduction.give(sum, takesFrom));
  return sum;
}

/** Everybody's `result` gets the combination of everybody's elements. */
export function* recursiveDoublingAllreduceInto(
  endpoint: CollectiveEndpoint,
  reduction: ElementReduction,
  own: TypedArray,
  result: TypedArray,
  tag: number,
): Steps<void> {
  const plan = doublingPlan(endpoint.rank, endpoint.peers.length);
  const { surplus, givesTo, end } = plan;
  const folded = surplus > 0 && (yield* foldSurplus(endpoint, reduction, own, result, plan, tag));
  if (!folded && givesTo < 0) copyElements(own, result);
  const payload = reduction.payloadOf(result);
  for (let bit = 1; bit < end; bit *= 2) {
    const partner = partnerAt(plan, bit);
    const sending = give(endpoint, payload, partner, tag);
    // A short message has left at once. What is still being sent may not change.
    const sum = sending.done ? result : reduction.takeCopy(endpoint, result);
    const receiving = reduction.receive(endpoint, sum, partner, tag);
    if (!receiving.done) yield receiving;
    try {
      receiving.take();
    } catch (error) {
      yield* inTrouble(endpoint, 'allreduce', receiving, error);
    }
    if (sum === result) continue;
    yield* outcome(sending);
    copyElements(sum, result);
    endpoint.scratch.giveBack(sum);
  }
  if (surplus > 0) yield* unfoldSurplus(endpoint, reduction, result, plan, 'allreduce', tag);
}

/** The same with the thread blocked, among a power of two of ranks, by an operation of the standard's. */
export function recursiveDoublingAllreduceIntoBlocked(
  endpoint: CollectiveEndpoint,
  reduction: ElementReduction,
  own: TypedArray,
  result: TypedArray,
  tag: number,
): void {
  const { rank } = endpoint;
  const size = endpoint.peers.length;
  copyElements(own, result);
  const payload = reduction.recentPayloadOf(endpoint, result);
  for (let bit = 1; bit < size; bit *= 2) {
    const partner = rank ^ bit;
    const sending = send(endpoint, payload, partner, tag);
    const sum = sending === null ? result : reduction.takeCopy(endpoint, result);
    const combination = partner > rank ? reduction.withHigher : reduction.withLower;
    combine(endpoint, reduction, combination, sum, partner, tag, 'allreduce');
    if (sending === null) continue;
    finish(endpoint, sending, 'allreduce');
    copyElements(sum, result);
    endpoint.scratch.giveBack(sum);
  }
}
