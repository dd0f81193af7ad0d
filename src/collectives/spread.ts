/**
 * Everybody sends to everybody, all at once: every receive and every send is under way before anybody waits. Nobody
 * waits for what a third one does, so a process that is late delays nothing but its own part.
 *
 * On an intercommunicator the ranks are those of the other group, and `self` is -1: there is no own part.
 *
 * Best among few processes. Cost: (p − 1)(α + nβ), where the α overlap.
 */
import { outcome, type Steps } from '../engine/task.ts';
import type { Operation } from '../engine/operation.ts';
import type { Payload } from '../engine/receive-payload.ts';
import { NO_PAYLOAD, receivePayload } from '../p2p/payload.ts';
import { arrival, expect } from './arrival.ts';
import { finish, receive, send } from './blocked.ts';
import { Blocks } from './blocks.ts';
import type { CollectiveEndpoint } from './collective.ts';
import { give } from './notices.ts';

/** Sends each rank its part; what they sent, in rank order, with nothing in the own place. */
export function* spread(
  endpoint: CollectiveEndpoint,
  partFor: (dest: number) => Payload,
  self: number,
  tag: number,
): Steps<Payload[]> {
  const receiving = endpoint.peers.map((_, source) =>
    source === self ? null : receivePayload(endpoint, source, tag),
  );
  const sending = sendToAll(endpoint, partFor, self, tag);
  const payloads: Payload[] = [];
  for (const receive of receiving) {
    payloads.push(receive === null ? NO_PAYLOAD : yield* outcome(receive));
  }
  for (const send of sending) yield* outcome(send);
  return payloads;
}

/** The same into blocks; the own one is left alone. */
export function* spreadInto(
  endpoint: CollectiveEndpoint,
  verb: string,
  partFor: (dest: number) => Payload,
  recv: Blocks,
  self: number,
  tag: number,
): Steps<void> {
  const receiving = endpoint.peers.map((_, source) =>
    source === self ? null : expect(endpoint, recv.of(source), source, tag),
  );
  const sending = sendToAll(endpoint, partFor, self, tag);
  for (const expected of receiving) if (expected !== null) yield* arrival(endpoint, verb, expected);
  for (const send of sending) yield* outcome(send);
}

/** The same with the thread blocked, among one group; `parts` may be one for all. */
export function spreadIntoBlocked(
  endpoint: CollectiveEndpoint,
  verb: string,
  parts: Blocks | Payload,
  recv: Blocks,
  tag: number,
): void {
  const { rank } = endpoint;
  const size = endpoint.peers.length;
  let sending: Operation<void>[] | null = null;
  for (let step = 1; step < size; step++) {
    const dest = (rank + step) % size;
    const one = send(endpoint, parts instanceof Blocks ? parts.of(dest) : parts, dest, tag);
    if (one !== null) (sending ??= []).push(one);
  }
  for (let step = 1; step < size; step++) {
    const source = (rank - step + size) % size;
    receive(endpoint, recv.of(source), source, tag, verb);
  }
  if (sending !== null) for (const one of sending) finish(endpoint, one, verb);
}

/** The next ranks first, so that not everybody begins with the same one. */
function sendToAll(
  endpoint: CollectiveEndpoint,
  partFor: (dest: number) => Payload,
  self: number,
  tag: number,
): Operation<void>[] {
  const { rank } = endpoint;
  const size = endpoint.peers.length;
  const sending: Operation<void>[] = [];
  for (let step = 1; step <= size; step++) {
    const dest = (rank + step) % size;
    if (dest !== self) sending.push(give(endpoint, partFor(dest), dest, tag));
  }
  return sending;
}
