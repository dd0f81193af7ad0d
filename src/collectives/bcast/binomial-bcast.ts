/**
 * Broadcast along a binomial tree: whoever has the data passes it on to its children, the largest subtree first. A value is
 * encoded once, at the root, and decoded once by each of the others.
 *
 * Best for short data. Cost: ⌈log₂ p⌉ (α + nβ).
 */
import { outcome, type Steps } from '../../engine/task.ts';
import type { Payload } from '../../engine/receive-payload.ts';
import { receivePayload } from '../../p2p/payload.ts';
import { arrival, expect } from '../arrival.ts';
import { finish, receive, send } from '../blocked.ts';
import type { CollectiveEndpoint } from '../collective.ts';
import { placeInTree, type TreePlace } from '../trees/binomial-tree.ts';
import { give } from '../notices.ts';

/** The root's payload, whatever the others pass. */
export function* binomialBcast(
  endpoint: CollectiveEndpoint,
  payload: Payload | null,
  root: number,
  tag: number,
): Steps<Payload> {
  const place = placeInTree(endpoint.rank, endpoint.peers.length, root);
  const own = payload ?? (yield* outcome(receivePayload(endpoint, place.parent, tag)));
  yield* passOn(endpoint, own, place, tag);
  return own;
}

/** Fills everybody's bytes with the root's. `verb` is whose part it is, for errors. */
export function* binomialBcastInto(
  endpoint: CollectiveEndpoint,
  payload: Payload,
  root: number,
  tag: number,
  verb: string = 'broadcast',
): Steps<void> {
  const place = placeInTree(endpoint.rank, endpoint.peers.length, root);
  if (place.parent >= 0) yield* arrival(endpoint, verb, expect(endpoint, payload, place.parent, tag));
  yield* passOn(endpoint, payload, place, tag);
}

/** The same with the thread blocked. */
export function binomialBcastIntoBlocked(
  endpoint: CollectiveEndpoint,
  payload: Payload,
  root: number,
  tag: number,
): void {
  const { parent, children } = placeInTree(endpoint.rank, endpoint.peers.length, root);
  if (parent >= 0) receive(endpoint, payload, parent, tag, 'broadcast');
  const sending = children.map((child) => send(endpoint, payload, child, tag));
  for (const one of sending) finish(endpoint, one, 'broadcast');
}

function* passOn(endpoint: CollectiveEndpoint, payload: Payload, place: TreePlace, tag: number): Steps<void> {
  const sending = place.children.map((child) => give(endpoint, payload, child, tag));
  for (const send of sending) yield* outcome(send);
}
