/**
 * Broadcast by van de Geijn: the data is cut into p blocks that are scattered along a binomial tree, and an allgather
 * around a ring gives everybody the rest. Everything goes straight into its place.
 *
 *     scatter    0: ABCD  →  2: CD   1: B   3: D
 *     allgather  0→1→2→3→0, three rounds, one block each
 *
 * Best for long data of many processes with a core each. Cost: (⌈log₂ p⌉ + p − 1) α + 2 ((p − 1)/p) nβ.
 */
import { outcome, type Steps } from '../../engine/task.ts';
import type { Payload } from '../../engine/receive-payload.ts';
import { ringAllgatherInto } from '../allgather/ring-allgather.ts';
import { arrival, expect } from '../arrival.ts';
import { Blocks } from '../blocks.ts';
import type { CollectiveEndpoint } from '../collective.ts';
import { placeInTree } from '../trees/binomial-tree.ts';
import { subtreeSize } from '../trees/subtree-size.ts';
import { give } from '../notices.ts';

/** Whole lines of the cache, so that no two processes' blocks share one. */
const ALIGNMENT = 64;

/** Fills everybody's bytes with the root's. */
export function* scatterAllgatherBcastInto(
  endpoint: CollectiveEndpoint,
  payload: Payload,
  root: number,
  tag: number,
): Steps<void> {
  const { elementType, bytes } = payload;
  const { rank } = endpoint;
  const size = endpoint.peers.length;
  const share = Math.ceil(bytes.length / size / ALIGNMENT) * ALIGNMENT;
  // The blocks of a subtree lie one behind the other: they are counted from the root on, as its ranks are.
  const startOf = (of: number): number => Math.min(((of - root + size) % size) * share, bytes.length);
  const subtree = (of: number): Payload => {
    const start = startOf(of);
    return { elementType, bytes: bytes.subarray(start, start + subtreeSize(of, size, root) * share) };
  };
  const { parent, children } = placeInTree(rank, size, root);
  if (parent >= 0) {
    yield* arrival(endpoint, 'broadcast', expect(endpoint, subtree(rank), parent, tag));
  }
  const sending = children.map((child) => give(endpoint, subtree(child), child, tag));
  const starts = endpoint.peers.map((_, of) => startOf(of));
  const lengths = starts.map((start) => Math.min(share, bytes.length - start));
  yield* ringAllgatherInto(endpoint, 'broadcast', new Blocks(payload, 0, { starts, lengths }), tag);
  for (const send of sending) yield* outcome(send);
}
