/**
 * Short data of a collective while the thread is blocked. The generators of the algorithms make an operation for every message, of which
 * they can be driven in the background; for eight bytes these take longer than the messages do. So the verbs that are called with
 * short data most have their short algorithm once more as a plain function, of these two steps. What they send is the same:
 * one process may be blocked in the collective, another one await it.
 */
import type { Operation } from '../engine/operation.ts';
import type { Combination } from '../engine/receive-combining.ts';
import type { Payload } from '../engine/receive-payload.ts';
import { outcome, runBlocking } from '../engine/task.ts';
import type { WaitingVerb } from '../engine/wait-description.ts';
import { receivePayloadNow, receiveToCombineNow, sendPayloadNow } from '../p2p/payload.ts';
import { type BufferLike, isTypedArray, type TypedArray } from '../wire/element-type.ts';
import { arrival } from './arrival.ts';
import type { CollectiveEndpoint, CollectiveEnds } from './collective.ts';
import { give, taken } from './notices.ts';
import type { ElementReduction } from './operations/element-reduction.ts';

/** Beyond this the messages take so long that nobody notices the operations. */
const SHORT_BYTES_MAX = 4096;

/** Whether data of this length is worth the short cut there: among one group, all of whose members are well. */
export function isShort({ local, remote }: CollectiveEnds, bytes: number): boolean {
  return bytes <= SHORT_BYTES_MAX && remote === null && local.context.broken === null;
}

/** Whether it is a typed array, and as short: the length of a DataView cannot even be asked where its memory is gone. */
export function isShortArray(ends: CollectiveEnds, buffer: BufferLike | null): buffer is TypedArray {
  return isTypedArray(buffer) && isShort(ends, buffer.byteLength);
}

/** Starts to send, in trouble a notice; null where it is done. What is under way must be waited for by {@link finish}, after the receives. */
export function send(
  endpoint: CollectiveEndpoint,
  payload: Payload,
  dest: number,
  tag: number,
): Operation<void> | null {
  if (endpoint.troubles.size === 0 && sendPayloadNow(endpoint, payload, dest, tag)) return null;
  return give(endpoint, payload, dest, tag);
}

export function finish(endpoint: CollectiveEndpoint, sending: Operation<void> | null, verb: string): void {
  if (sending === null) return;
  runBlocking(endpoint.engine.driver, outcome(sending), waiting(endpoint, verb));
}

/** Receives exactly as many bytes as there is room for; where there are more or fewer the collective is in trouble. */
export function receive(
  endpoint: CollectiveEndpoint,
  into: Payload,
  source: number,
  tag: number,
  verb: string,
): void {
  const receiving = receivePayloadNow(endpoint, into, source, tag);
  if (receiving === null) return;
  const expected = { source, bytes: into.bytes.length, receiving };
  runBlocking(endpoint.engine.driver, arrival(endpoint, verb, expected), waiting(endpoint, verb));
}

/** Receives as many elements and combines them with these, by one of the reduction's combinations. */
export function combine(
  endpoint: CollectiveEndpoint,
  reduction: ElementReduction,
  combination: Combination,
  elements: TypedArray,
  source: number,
  tag: number,
  verb: string,
): void {
  const theirs = reduction.scratch(elements.length);
  const receiving = receiveToCombineNow(endpoint, combination, elements, theirs.payload, source, tag);
  if (receiving === null) combination.combine(elements, 0, theirs.elements, 0, elements.length);
  else runBlocking(endpoint.engine.driver, taken(endpoint, verb, receiving), waiting(endpoint, verb));
}

const waiting = ({ context }: CollectiveEndpoint, verb: string): WaitingVerb => ({
  verb,
  label: context.label,
});
