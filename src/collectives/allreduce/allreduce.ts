/**
 * Reduction to everybody.
 *
 * By recursive doubling where the operation is commutative: in round k everybody exchanges its partial result with
 * the process whose rank differs in bit k, and both combine. Ranks beyond the largest power of two first give their
 * value to a partner, and get the result from it at the end. Cost: (⌈log₂ p⌉ + 2)(α + nβ + nγ).
 *
 * Otherwise by a reduction to rank 0 and a broadcast, which keep rank order. MPI-4.1 §6.9.6.
 */
import { outcome, type Steps } from '../../engine/task.ts';
import { bytesOf, elementTypeOf, type BufferLike } from '../../wire/element-type.ts';
import { payloadOf, receivePayload, receivePayloadInto, sendPayload, valueOf } from '../../p2p/payload.ts';
import { bcast, bcastInto } from '../bcast/bcast.ts';
import { type CollectiveEndpoint, withTagsFor } from '../collective.ts';
import { type Op, operatorOf } from '../operations/op.ts';
import { checkResult, elementsOf, newArrayLike, reduce, reduceInto } from '../reduce/reduce.ts';

/** Everybody gets the combination of everybody's value. */
export function* allreduce<T>(endpoint: CollectiveEndpoint, value: T, op: Op): Steps<T> {
  const { combine, commutative } = operatorOf(op, 'allreduce', value);
  if (!commutative) {
    const parts = withTagsFor(endpoint, 2);
    const sum = yield* reduce(parts, value, op, 0);
    return (yield* bcast({ local: parts, remote: null }, sum, 0)) as T;
  }
  const { rank } = endpoint;
  const tag = endpoint.nextTag();
  let sum: unknown = value;
  const exchange = function* (partner: number): Steps<unknown> {
    const sending = sendPayload(endpoint, payloadOf(endpoint, sum), partner, tag);
    const received = yield* outcome(receivePayload(endpoint, partner, tag));
    yield* outcome(sending);
    return valueOf(endpoint, received);
  };
  const plan = doublingPlan(rank, endpoint.peers.length);
  if (plan.givesTo >= 0) {
    yield* outcome(sendPayload(endpoint, payloadOf(endpoint, sum), plan.givesTo, tag));
    return valueOf(endpoint, yield* outcome(receivePayload(endpoint, plan.givesTo, tag))) as T;
  }
  if (plan.takesFrom >= 0) {
    sum = combine(sum, valueOf(endpoint, yield* outcome(receivePayload(endpoint, plan.takesFrom, tag))));
  }
  for (const partner of plan.partners) {
    const other = yield* exchange(partner);
    sum = rank < partner ? combine(sum, other) : combine(other, sum);
  }
  if (plan.takesFrom >= 0)
    yield* outcome(sendPayload(endpoint, payloadOf(endpoint, sum), plan.takesFrom, tag));
  return sum as T;
}

/** Everybody's buffer gets the combination of everybody's, element by element. */
export function* allreduceInto(
  endpoint: CollectiveEndpoint,
  send: BufferLike,
  recv: BufferLike,
  op: Op,
): Steps<void> {
  const own = elementsOf(endpoint, send);
  const { combineInto, commutative } = operatorOf(op, 'allreduce', own);
  checkResult(endpoint, own, recv);
  if (!commutative) {
    const parts = withTagsFor(endpoint, 2);
    yield* reduceInto(parts, send, recv, op, 0);
    yield* bcastInto({ local: parts, remote: null }, recv, 0);
    return;
  }
  const { rank } = endpoint;
  const tag = endpoint.nextTag();
  const elementType = elementTypeOf(own);
  const sum = elementsOf(endpoint, recv);
  sum.set(own as never);
  const sumPayload = { elementType, bytes: bytesOf(sum) };
  const plan = doublingPlan(rank, endpoint.peers.length);
  if (plan.givesTo >= 0) {
    yield* outcome(sendPayload(endpoint, sumPayload, plan.givesTo, tag));
    yield* outcome(receivePayloadInto(endpoint, sumPayload, plan.givesTo, tag));
    return;
  }
  const part = newArrayLike(own);
  const partPayload = { elementType, bytes: bytesOf(part) };
  if (plan.takesFrom >= 0) {
    yield* outcome(receivePayloadInto(endpoint, partPayload, plan.takesFrom, tag));
    combineInto(sum, part, sum);
  }
  for (const partner of plan.partners) {
    const receiving = receivePayloadInto(endpoint, partPayload, partner, tag);
    yield* outcome(sendPayload(endpoint, sumPayload, partner, tag));
    yield* outcome(receiving);
    if (rank < partner) combineInto(sum, part, sum);
    else combineInto(part, sum, sum);
  }
  if (plan.takesFrom >= 0) yield* outcome(sendPayload(endpoint, sumPayload, plan.takesFrom, tag));
}

interface DoublingPlan {
  /** Whom this process leaves its part to, or -1. */
  readonly givesTo: number;
  /** Whose part it takes on, or -1. */
  readonly takesFrom: number;
  /** With whom it exchanges, in order. */
  readonly partners: readonly number[];
}

/** The first 2r ranks pair up, the odd ones giving way, where r ranks are too many for a power of two. */
function doublingPlan(rank: number, size: number): DoublingPlan {
  const power = 2 ** Math.floor(Math.log2(size));
  const surplus = size - power;
  if (rank < 2 * surplus && rank % 2 === 1) return { givesTo: rank - 1, takesFrom: -1, partners: [] };
  const compact = rank < 2 * surplus ? rank / 2 : rank - surplus;
  const partners: number[] = [];
  for (let bit = 1; bit < power; bit *= 2) {
    const partner = compact ^ bit;
    partners.push(partner < surplus ? partner * 2 : partner + surplus);
  }
  return { givesTo: -1, takesFrom: rank < 2 * surplus ? rank + 1 : -1, partners };
}
