/**
 * Scatter along a binomial tree: everybody gets what is for its subtree in one message and passes on to its children
 * what is theirs, the largest subtree first. Subtrees are consecutive ranks, counted from the root on.
 *
 *     p = 5, root 0      0 → 4      0 → 2 (for 2 and 3)      0 → 1      2 → 3
 *
 * Best for short data of many processes. Cost: ⌈log₂ p⌉ α + (p − 1) nβ at the root.
 */
import { outcome, type Steps } from '../../engine/task.ts';
import type { Payload } from '../../engine/receive-payload.ts';
import { freshBytes } from '../../engine/fresh-bytes.ts';
import { NO_PAYLOAD, receivePayload, sendPayload } from '../../p2p/payload.ts';
import { arrival, expect } from '../arrival.ts';
import type { Blocks } from '../blocks.ts';
import { bundle, unbundle } from '../bundle.ts';
import type { CollectiveEndpoint } from '../collective.ts';
import { placeInTree } from '../trees/binomial-tree.ts';
import { subtreeSize } from '../trees/subtree-size.ts';
import { give } from '../notices.ts';

/** This process' payload; those in rank order count at the root alone. */
export function* binomialScatter(
  endpoint: CollectiveEndpoint,
  payloads: readonly Payload[] | null,
  root: number,
  tag: number,
): Steps<Payload> {
  const { rank } = endpoint;
  const size = endpoint.peers.length;
  const { parent, children } = placeInTree(rank, size, root);
  const mine =
    payloads === null
      ? unbundle(
          endpoint,
          yield* outcome(receivePayload(endpoint, parent, tag)),
          subtreeSize(rank, size, root),
        )
      : [...payloads.slice(root), ...payloads.slice(0, root)];
  const sending = children.map((child) => {
    const start = (child - rank + size) % size;
    const part = bundle(mine.slice(start, start + subtreeSize(child, size, root)));
    return sendPayload(endpoint, part, child, tag);
  });
  for (const send of sending) yield* outcome(send);
  return mine[0] ?? NO_PAYLOAD;
}

/** Fills `own`; the blocks, which are as long and packed, count at the root alone. */
export function* binomialScatterInto(
  endpoint: CollectiveEndpoint,
  blocks: Blocks | null,
  own: Payload,
  root: number,
  tag: number,
): Steps<void> {
  const { rank } = endpoint;
  const size = endpoint.peers.length;
  const { length } = own.bytes;
  const { elementType } = blocks ?? own;
  const { parent, children } = placeInTree(rank, size, root);
  let mine: Uint8Array;
  if (blocks !== null) mine = root === 0 ? blocks.bytes : fromRootOn(blocks.bytes, root * length);
  else {
    mine = children.length === 0 ? own.bytes : freshBytes(subtreeSize(rank, size, root) * length);
    const expected = expect(endpoint, { elementType, bytes: mine }, parent, tag);
    yield* arrival(endpoint, 'scatter', expected);
  }
  const sending = children.map((child) => {
    const start = ((child - rank + size) % size) * length;
    const bytes = mine.subarray(start, start + subtreeSize(child, size, root) * length);
    return give(endpoint, { elementType, bytes }, child, tag);
  });
  if (mine !== own.bytes) own.bytes.set(mine.subarray(0, length));
  for (const send of sending) yield* outcome(send);
}

/** From the order of the ranks to that which starts with the root. */
function fromRootOn(bytes: Uint8Array, start: number): Uint8Array {
  const turned = freshBytes(bytes.length);
  turned.set(bytes.subarray(start));
  turned.set(bytes.subarray(0, start), bytes.length - start);
  return turned;
}
