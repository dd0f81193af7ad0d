/**
 * Allgather by Bruck et al.: in each round everybody sends all that it has to the process 2ᵏ ranks below, and doubles
 * what it has by what the one 2ᵏ above sends. What it has is always its own and the following ranks' data, in order.
 *
 *     p = 5, rank 0     0          has its own
 *                       0 1        from 1: 1
 *                       0 1 2 3    from 2: 2 3
 *                       0 1 2 3 4  from 4: the rest
 *
 * Best for short data of any number of processes. Cost: ⌈log₂ p⌉ α + (p − 1) nβ, and a copy of everything at the end.
 */
import { outcome, type Steps } from '../../engine/task.ts';
import type { Payload } from '../../engine/receive-payload.ts';
import { receivePayload, sendPayload } from '../../p2p/payload.ts';
import { arrival, expect } from '../arrival.ts';
import type { Blocks } from '../blocks.ts';
import { bundle, unbundle } from '../bundle.ts';
import type { CollectiveEndpoint } from '../collective.ts';
import { give } from '../notices.ts';

/** Everybody's payload in rank order. */
export function* bruckAllgather(endpoint: CollectiveEndpoint, own: Payload, tag: number): Steps<Payload[]> {
  const { rank } = endpoint;
  const size = endpoint.peers.length;
  const payloads = [own];
  for (let distance = 1; distance < size; distance *= 2) {
    const count = Math.min(distance, size - distance);
    const receiving = receivePayload(endpoint, (rank + distance) % size, tag);
    const part = bundle(payloads.slice(0, count));
    const sending = sendPayload(endpoint, part, (rank - distance + size) % size, tag);
    payloads.push(...unbundle(endpoint, yield* outcome(receiving), count));
    yield* outcome(sending);
  }
  return [...payloads.slice(size - rank), ...payloads.slice(0, size - rank)];
}

/** Fills everybody's block, of whatever lengths. */
export function* bruckAllgatherInto(
  endpoint: CollectiveEndpoint,
  own: Payload,
  blocks: Blocks,
  tag: number,
): Steps<void> {
  const { rank, scratch } = endpoint;
  const size = endpoint.peers.length;
  const lengthOf = (step: number): number => blocks.lengthOf((rank + step) % size);
  // starts[k]: where the data of the k-th rank from here on begins; the last one: where all ends.
  const starts: number[] = [0];
  for (let step = 0, end = 0; step < size; step++) starts.push((end += lengthOf(step)));
  const { elementType } = own;
  const gathered = scratch.takeBytes(starts[size] ?? 0);
  gathered.set(own.bytes);
  for (let distance = 1; distance < size; distance *= 2) {
    const count = Math.min(distance, size - distance);
    const room = gathered.subarray(starts[distance], starts[distance + count]);
    const expected = expect(endpoint, { elementType, bytes: room }, (rank + distance) % size, tag);
    const part = { elementType, bytes: gathered.subarray(0, starts[count]) };
    const sending = give(endpoint, part, (rank - distance + size) % size, tag);
    yield* arrival(endpoint, 'allgather', expected);
    yield* outcome(sending);
  }
  for (let step = 0; step < size; step++) {
    blocks.fill((rank + step) % size, gathered.subarray(starts[step], starts[step + 1]));
  }
  scratch.giveBack(gathered);
}
