/**
 * Alltoall by Bruck et al.: the part for the process d ranks above travels by the bits of d. In round k everybody
 * hands all parts whose d has bit k, its own and those of others on their way, to the process 2ᵏ ranks above.
 *
 *     p = 5    round 0: d = 1, 3      round 1: d = 2, 3      round 2: d = 4
 *
 * Best for short data of many processes. Cost: ⌈log₂ p⌉ α + (p/2)⌈log₂ p⌉ nβ.
 */
import { outcome, type Steps } from '../../engine/task.ts';
import type { Payload } from '../../engine/receive-payload.ts';
import { NO_PAYLOAD, receivePayload, sendPayload } from '../../p2p/payload.ts';
import { arrival, expect } from '../arrival.ts';
import type { Blocks } from '../blocks.ts';
import { bundle, unbundle } from '../bundle.ts';
import type { CollectiveEndpoint } from '../collective.ts';
import { give } from '../notices.ts';

/** What everybody sent to this process, in rank order; the own one as it is. */
export function* bruckAlltoall(
  endpoint: CollectiveEndpoint,
  payloads: readonly Payload[],
  tag: number,
): Steps<Payload[]> {
  const { rank } = endpoint;
  const size = endpoint.peers.length;
  const byDistance = payloads.map((_, distance) => payloads[(rank + distance) % size] ?? NO_PAYLOAD);
  for (let bit = 1; bit < size; bit *= 2) {
    const moving = distancesWith(bit, size);
    const receiving = receivePayload(endpoint, (rank - bit + size) % size, tag);
    const part = bundle(moving.map((distance) => byDistance[distance] ?? NO_PAYLOAD));
    const sending = sendPayload(endpoint, part, (rank + bit) % size, tag);
    const received = unbundle(endpoint, yield* outcome(receiving), moving.length);
    for (const [index, distance] of moving.entries()) byDistance[distance] = received[index] ?? NO_PAYLOAD;
    yield* outcome(sending);
  }
  return byDistance.map((_, source) => byDistance[(rank - source + size) % size] ?? NO_PAYLOAD);
}

/** Fills everybody's block; all blocks are of equal length. */
export function* bruckAlltoallInto(
  endpoint: CollectiveEndpoint,
  send: Blocks,
  recv: Blocks,
  tag: number,
): Steps<void> {
  const { rank, scratch } = endpoint;
  const size = endpoint.peers.length;
  const length = send.lengthOf(0);
  const { elementType } = send;
  const byDistance = scratch.takeBytes(size * length);
  const place = (distance: number): Uint8Array =>
    byDistance.subarray(distance * length, (distance + 1) * length);
  for (let distance = 0; distance < size; distance++) {
    place(distance).set(send.of((rank + distance) % size).bytes);
  }
  for (let bit = 1; bit < size; bit *= 2) {
    const moving = distancesWith(bit, size);
    const room = scratch.takeBytes(moving.length * length);
    const expected = expect(endpoint, { elementType, bytes: room }, (rank - bit + size) % size, tag);
    const part = scratch.takeBytes(moving.length * length);
    for (const [index, distance] of moving.entries()) part.set(place(distance), index * length);
    const sending = give(endpoint, { elementType, bytes: part }, (rank + bit) % size, tag);
    yield* arrival(endpoint, 'alltoall', expected);
    for (const [index, distance] of moving.entries()) {
      place(distance).set(room.subarray(index * length, (index + 1) * length));
    }
    yield* outcome(sending);
    scratch.giveBack(room);
    scratch.giveBack(part);
  }
  for (let source = 0; source < size; source++) recv.fill(source, place((rank - source + size) % size));
  scratch.giveBack(byDistance);
}

function distancesWith(bit: number, size: number): number[] {
  return Array.from({ length: size }, (_, distance) => distance).filter((distance) => (distance & bit) !== 0);
}
