/**
 * Broadcast along a binomial tree: whoever has the data passes it on to its children, the largest subtree first. The
 * data is encoded once, at the root, and decoded once by each of the others.
 *
 * Cost: ⌈log₂ p⌉ (α + nβ). MPI-4.1 §6.4.
 */
import { outcome, type Steps } from '../engine/task.ts';
import type { Payload } from '../engine/receive-payload.ts';
import { bytesOf, type BufferLike } from '../wire/element-type.ts';
import { bufferType } from '../p2p/receive.ts';
import { payloadOf, receivePayload, receivePayloadInto, sendPayload, valueOf } from '../p2p/payload.ts';
import { placeInTree, type TreePlace } from './binomial-tree.ts';
import { checkRoot, type CollectiveEndpoint } from './collective.ts';

/** Everybody gets the root's value; the root gets its own back. */
export function* bcast<T>(endpoint: CollectiveEndpoint, value: T, root: number): Steps<T> {
  checkRoot(endpoint, 'broadcast', root);
  const tag = endpoint.nextTag();
  const place = placeInTree(endpoint.rank, endpoint.peers.length, root);
  if (place.parent < 0) {
    if (place.children.length > 0) yield* passOn(endpoint, payloadOf(endpoint, value), place, tag);
    return value;
  }
  const payload = yield* outcome(receivePayload(endpoint, place.parent, tag));
  yield* passOn(endpoint, payload, place, tag);
  return valueOf(endpoint, payload) as T;
}

/** Everybody's buffer gets what is in the root's. */
export function* bcastInto(endpoint: CollectiveEndpoint, buffer: BufferLike, root: number): Steps<void> {
  checkRoot(endpoint, 'broadcast', root);
  const elementType = bufferType(endpoint, buffer, 'broadcast');
  const tag = endpoint.nextTag();
  const place = placeInTree(endpoint.rank, endpoint.peers.length, root);
  const payload = { elementType, bytes: bytesOf(buffer) };
  if (place.parent >= 0) yield* outcome(receivePayloadInto(endpoint, payload, place.parent, tag));
  yield* passOn(endpoint, payload, place, tag);
}

function* passOn(endpoint: CollectiveEndpoint, payload: Payload, place: TreePlace, tag: number): Steps<void> {
  const sending = place.children.map((child) => sendPayload(endpoint, payload, child, tag));
  for (const send of sending) yield* outcome(send);
}
