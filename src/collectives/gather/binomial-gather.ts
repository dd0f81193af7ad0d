/**
 * Gather along a binomial tree: everybody takes what its subtree has, nearest child first, and passes it on to its
 * parent in one message. Subtrees are consecutive ranks, counted from the root on.
 *
 *     p = 5, root 0      4 → 0      1 → 0      3 → 2      2 (with 3) → 0
 *
 * Best for short data of many processes. Cost: ⌈log₂ p⌉ α + (p − 1) nβ at the root.
 */
import { outcome, type Steps } from '../../engine/task.ts';
import type { Payload } from '../../engine/receive-payload.ts';
import { receivePayload, sendPayload } from '../../p2p/payload.ts';
import { arrival, expect, type Expected } from '../arrival.ts';
import type { Blocks } from '../blocks.ts';
import { bundle, unbundle } from '../bundle.ts';
import type { CollectiveEndpoint } from '../collective.ts';
import { placeInTree } from '../trees/binomial-tree.ts';
import { subtreeSize } from '../trees/subtree-size.ts';
import { give } from '../notices.ts';

/** At the root everybody's payload in rank order; null at the others. */
export function* binomialGather(
  endpoint: CollectiveEndpoint,
  own: Payload,
  root: number,
  tag: number,
): Steps<Payload[] | null> {
  const { rank } = endpoint;
  const size = endpoint.peers.length;
  const { parent, children } = placeInTree(rank, size, root);
  const nearestFirst = children.toReversed();
  const receiving = nearestFirst.map((child) => ({
    count: subtreeSize(child, size, root),
    receive: receivePayload(endpoint, child, tag),
  }));
  const payloads = [own];
  for (const { count, receive } of receiving) {
    payloads.push(...unbundle(endpoint, yield* outcome(receive), count));
  }
  if (parent >= 0) {
    yield* outcome(sendPayload(endpoint, bundle(payloads), parent, tag));
    return null;
  }
  // From the order that starts with the root to that of the ranks.
  return [...payloads.slice(size - root), ...payloads.slice(0, size - root)];
}

/** Fills the blocks, which are of equal length and packed; they count at the root alone. */
export function* binomialGatherInto(
  endpoint: CollectiveEndpoint,
  own: Payload,
  blocks: Blocks | null,
  root: number,
  tag: number,
): Steps<void> {
  const { rank } = endpoint;
  const size = endpoint.peers.length;
  const { length } = own.bytes;
  const { elementType } = blocks ?? own;
  const { parent, children } = placeInTree(rank, size, root);
  if (children.length === 0 && parent >= 0) {
    yield* outcome(give(endpoint, own, parent, tag));
    return;
  }
  const inPlace = blocks !== null && root === 0;
  const collected = inPlace
    ? blocks.bytes
    : endpoint.scratch.takeBytes(subtreeSize(rank, size, root) * length);
  collected.set(own.bytes);
  const receiving = children.map((child): Expected => {
    const start = ((child - rank + size) % size) * length;
    const bytes = collected.subarray(start, start + subtreeSize(child, size, root) * length);
    return expect(endpoint, { elementType, bytes }, child, tag);
  });
  for (const expected of receiving) yield* arrival(endpoint, 'gather', expected);
  if (parent >= 0) {
    yield* outcome(give(endpoint, { elementType: own.elementType, bytes: collected }, parent, tag));
  } else if (blocks !== null && !inPlace) {
    const wrap = (size - root) * length;
    blocks.bytes.set(collected.subarray(0, wrap), root * length);
    blocks.bytes.set(collected.subarray(wrap));
  }
  if (!inPlace) endpoint.scratch.giveBack(collected);
}
