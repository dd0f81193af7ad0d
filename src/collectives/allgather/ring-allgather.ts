/**
 * Allgather around a ring: everybody sends its own data to the next rank, and passes on whatever comes from the
 * previous one, p − 1 times. All receives are posted at the start; messages of one sender come in order.
 *
 *     0 → 1 → 2 → 3 → 0      round k: rank r gets the data of rank r − k
 *
 * Best for long data. Cost: (p − 1)(α + nβ).
 */
import { outcome, type Steps } from '../../engine/task.ts';
import type { Operation } from '../../engine/operation.ts';
import type { Payload } from '../../engine/receive-payload.ts';
import { receivePayload, sendPayload } from '../../p2p/payload.ts';
import { arrival, expect, type Expected } from '../arrival.ts';
import type { Blocks } from '../blocks.ts';
import type { CollectiveEndpoint } from '../collective.ts';
import { give } from '../notices.ts';

/** Everybody's payload in rank order. */
export function* ringAllgather(endpoint: CollectiveEndpoint, own: Payload, tag: number): Steps<Payload[]> {
  const { rank } = endpoint;
  const size = endpoint.peers.length;
  const [next, previous] = [(rank + 1) % size, (rank - 1 + size) % size];
  const payloads: Payload[] = new Array<Payload>(size).fill(own);
  const receiving: Operation<Payload>[] = [];
  for (let round = 1; round < size; round++) receiving.push(receivePayload(endpoint, previous, tag));
  const sending: Operation<void>[] = [];
  if (size > 1) sending.push(sendPayload(endpoint, own, next, tag));
  for (const [index, receive] of receiving.entries()) {
    const payload = yield* outcome(receive);
    payloads[(rank - 1 - index + size) % size] = payload;
    if (index + 1 < receiving.length) sending.push(sendPayload(endpoint, payload, next, tag));
  }
  for (const send of sending) yield* outcome(send);
  return payloads;
}

/** Fills everybody's block, of whatever lengths; the own one is filled already. */
export function* ringAllgatherInto(
  endpoint: CollectiveEndpoint,
  verb: string,
  blocks: Blocks,
  tag: number,
): Steps<void> {
  const { rank } = endpoint;
  const size = endpoint.peers.length;
  const [next, previous] = [(rank + 1) % size, (rank - 1 + size) % size];
  const receiving: Expected[] = [];
  for (let round = 1; round < size; round++) {
    receiving.push(expect(endpoint, blocks.of((rank - round + size) % size), previous, tag));
  }
  const sending: Operation<void>[] = [];
  const passOn = (source: number): number => sending.push(give(endpoint, blocks.of(source), next, tag));
  if (size > 1) passOn(rank);
  for (const [index, expected] of receiving.entries()) {
    yield* arrival(endpoint, verb, expected);
    if (index + 1 < receiving.length) passOn((rank - 1 - index + size) % size);
  }
  for (const send of sending) yield* outcome(send);
}
