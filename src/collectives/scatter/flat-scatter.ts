/**
 * Scatter without a tree: the root sends each its part. On an intercommunicator the ranks are those of the other group.
 *
 * Best for long data, and for few processes. Cost at the root: (p − 1)(α + nβ), which no tree does better in β.
 */
import { outcome, type Steps } from '../../engine/task.ts';
import type { Payload } from '../../engine/receive-payload.ts';
import { sendPayload } from '../../p2p/payload.ts';
import type { CollectiveEndpoint } from '../collective.ts';

/** At the root: sends every rank its part, but `self`, which is -1 on an intercommunicator. */
export function* distribute(
  endpoint: CollectiveEndpoint,
  partOf: (rank: number) => Payload,
  self: number,
  tag: number,
): Steps<void> {
  const size = endpoint.peers.length;
  const sending = [];
  for (let step = 1; step <= size; step++) {
    // The next ranks first: roots of several scatters under way do not all begin with rank 0.
    const dest = (self + step) % size;
    if (dest !== self) sending.push(sendPayload(endpoint, partOf(dest), dest, tag));
  }
  for (const send of sending) yield* outcome(send);
}
