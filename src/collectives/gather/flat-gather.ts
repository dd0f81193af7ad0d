/**
 * Gather without a tree: everybody sends to the root, which has posted all its receives before it waits for the first,
 * so that they may come in any order. On an intercommunicator the ranks are those of the other group.
 *
 * Best for long data, and for few processes. Cost at the root: (p − 1)(α + nβ), which no tree does better in β.
 */
import { outcome, type Steps } from '../../engine/task.ts';
import type { Payload } from '../../engine/receive-payload.ts';
import { receivePayload } from '../../p2p/payload.ts';
import { arrival, expect } from '../arrival.ts';
import type { Blocks } from '../blocks.ts';
import type { CollectiveEndpoint } from '../collective.ts';

/** At the root: everybody's payload in rank order; `own` in its own place, null on an intercommunicator. */
export function* collect(endpoint: CollectiveEndpoint, own: Payload | null, tag: number): Steps<Payload[]> {
  const receiving = endpoint.peers.map((_, source) =>
    own !== null && source === endpoint.rank ? null : receivePayload(endpoint, source, tag),
  );
  const payloads: Payload[] = [];
  for (const receive of receiving) {
    if (receive !== null) payloads.push(yield* outcome(receive));
    else if (own !== null) payloads.push(own);
  }
  return payloads;
}

/** At the root: fills everybody's block. */
export function* collectInto(
  endpoint: CollectiveEndpoint,
  own: Payload | null,
  blocks: Blocks,
  tag: number,
): Steps<void> {
  const receiving = endpoint.peers.map((_, source) =>
    own !== null && source === endpoint.rank ? null : expect(endpoint, blocks.of(source), source, tag),
  );
  if (own !== null) blocks.fill(endpoint.rank, own.bytes);
  for (const expected of receiving) if (expected !== null) yield* arrival(endpoint, 'gather', expected);
}
