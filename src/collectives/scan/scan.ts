/**
 * Prefix reductions (MPI-4.1 §6.11): of the data of all ranks up to this one (scan), or of all below it (exscan). Not on
 * intercommunicators. Operations that do not commute get their operands in rank order.
 *
 * An exscan is a scan after everybody has handed its data to the rank above: one more round, and no second place to combine in.
 */
import { outcome, type Steps } from '../../engine/task.ts';
import type { BufferLike, TypedArray } from '../../wire/element-type.ts';
import { arrival } from '../arrival.ts';
import type { CollectiveEndpoint } from '../collective.ts';
import { copyElements, type ElementReduction } from '../operations/element-reduction.ts';
import { type Op, operatorOf } from '../operations/op.ts';
import { elementsOf, isInPlace, reductionOf, resultElements } from '../operations/reduction-buffers.ts';
import { ValueReduction } from '../operations/value-reduction.ts';
import { doublingScan, doublingScanInto } from './doubling-scan.ts';
import { settle } from '../notices.ts';

/** Everybody gets the combination of the values of all ranks up to its own. */
export function* scan<T>(endpoint: CollectiveEndpoint, value: T, op: Op): Steps<T> {
  const tag = endpoint.nextTag();
  const operator = operatorOf(op, 'scan');
  operator.check(value);
  const sum = yield* doublingScan(new ValueReduction(endpoint, 'scan', operator, tag), value, 0);
  settle(endpoint, tag);
  return sum as T;
}

/** The same, element by element. */
export function* scanInto(
  endpoint: CollectiveEndpoint,
  send: BufferLike,
  recv: BufferLike,
  op: Op,
): Steps<void> {
  const tag = endpoint.nextTag();
  const { own, result, reduction } = operands(endpoint, 'scan', send, recv, op);
  copyElements(own, result);
  yield* doublingScanInto(endpoint, reduction, result, 0, tag);
  settle(endpoint, tag);
}

/** Everybody gets the combination of the values of all ranks below its own; rank 0 gets undefined. */
export function* exscan<T>(endpoint: CollectiveEndpoint, value: T, op: Op): Steps<T | undefined> {
  const tag = endpoint.nextTag();
  const operator = operatorOf(op, 'exscan');
  operator.check(value);
  const { rank, peers } = endpoint;
  const above = rank + 1;
  const reduction = new ValueReduction(endpoint, 'exscan', operator, tag);
  const sending = above < peers.length ? reduction.give(value, above) : null;
  let sum: unknown = undefined;
  if (rank > 0) sum = yield* doublingScan(reduction, yield* reduction.take(rank - 1), 1);
  if (sending !== null) yield* outcome(sending);
  settle(endpoint, tag);
  return sum as T | undefined;
}

/** The same, element by element; the buffer of rank 0 stays as it is. */
export function* exscanInto(
  endpoint: CollectiveEndpoint,
  send: BufferLike,
  recv: BufferLike,
  op: Op,
): Steps<void> {
  const tag = endpoint.nextTag();
  const { own, result, reduction } = operands(endpoint, 'exscan', send, recv, op);
  const { rank, peers } = endpoint;
  const sends = rank + 1 < peers.length;
  // In place the part of the rank below comes to where the own one is still being sent from.
  const given = sends && rank > 0 && isInPlace(own, result) ? reduction.takeCopy(endpoint, own) : own;
  const expected = rank > 0 ? reduction.expect(endpoint, result, rank - 1, tag) : null;
  const sending = sends ? reduction.send(endpoint, given, rank + 1, tag) : null;
  if (expected !== null) {
    yield* arrival(endpoint, 'exscan', expected);
    yield* doublingScanInto(endpoint, reduction, result, 1, tag);
  }
  if (sending !== null) yield* outcome(sending);
  if (given !== own) endpoint.scratch.giveBack(given);
  settle(endpoint, tag);
}

interface Operands {
  readonly own: TypedArray;
  readonly result: TypedArray;
  readonly reduction: ElementReduction;
}

function operands(
  endpoint: CollectiveEndpoint,
  verb: string,
  send: BufferLike,
  recv: BufferLike,
  op: Op,
): Operands {
  const operator = operatorOf(op, verb);
  const own = elementsOf(endpoint, verb, send);
  const reduction = reductionOf(operator, own);
  const result = resultElements(endpoint, verb, own, recv, own.length);
  return { own, result, reduction };
}
