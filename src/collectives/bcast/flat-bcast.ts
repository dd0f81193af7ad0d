/**
 * Broadcast of few: the root sends to everybody, and nobody passes anything on.
 *
 *     p = 4    0 → 1, 2, 3
 *
 * Where ranks share cores nobody has to wait for one who has no core at the time, but for the root. Best among few. Cost:
 * α + (p − 1) nβ.
 */
import type { Operation } from '../../engine/operation.ts';
import type { Payload } from '../../engine/receive-payload.ts';
import { outcome, type Steps } from '../../engine/task.ts';
import { arrival, expect } from '../arrival.ts';
import { finish, receive, send } from '../blocked.ts';
import type { CollectiveEndpoint } from '../collective.ts';
import { give } from '../notices.ts';

/** Fills everybody's bytes with the root's. */
export function* flatBcastInto(
  endpoint: CollectiveEndpoint,
  payload: Payload,
  root: number,
  tag: number,
): Steps<void> {
  const { rank } = endpoint;
  const size = endpoint.peers.length;
  if (rank !== root) {
    yield* arrival(endpoint, 'broadcast', expect(endpoint, payload, root, tag));
    return;
  }
  const sending: Operation<void>[] = [];
  for (let step = 1; step < size; step++) sending.push(give(endpoint, payload, (rank + step) % size, tag));
  for (const send of sending) yield* outcome(send);
}

/** The same with the thread blocked. */
export function flatBcastIntoBlocked(
  endpoint: CollectiveEndpoint,
  payload: Payload,
  root: number,
  tag: number,
): void {
  const { rank } = endpoint;
  const size = endpoint.peers.length;
  if (rank !== root) {
    receive(endpoint, payload, root, tag, 'broadcast');
    return;
  }
  let sending: Operation<void>[] | null = null;
  for (let step = 1; step < size; step++) {
    const one = send(endpoint, payload, (rank + step) % size, tag);
    if (one !== null) (sending ??= []).push(one);
  }
  if (sending !== null) for (const one of sending) finish(endpoint, one, 'broadcast');
}
