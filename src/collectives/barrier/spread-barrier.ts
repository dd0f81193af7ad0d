/**
 * Barrier of few: everybody tells everybody at once that it has come, and hears from everybody.
 *
 *     p = 4    0→123  1→230  2→301  3→012
 *
 * More messages than by dissemination, and one step alone: where ranks share cores a step is a change of process, which takes
 * longer than all the messages. Best among few. Cost: α, and (p − 1) messages by everybody.
 */
import type { Operation } from '../../engine/operation.ts';
import { outcome, type Steps } from '../../engine/task.ts';
import { NO_PAYLOAD, receivePayload, sendPayload } from '../../p2p/payload.ts';
import { finish, receive, send } from '../blocked.ts';
import type { CollectiveEndpoint } from '../collective.ts';

export function* spreadBarrier(endpoint: CollectiveEndpoint, tag: number): Steps<void> {
  const { rank, peers } = endpoint;
  const size = peers.length;
  const sending: Operation<void>[] = [];
  for (let step = 1; step < size; step++) {
    sending.push(sendPayload(endpoint, NO_PAYLOAD, (rank + step) % size, tag));
  }
  const receiving = peers.map((_, source) =>
    source === rank ? null : receivePayload(endpoint, source, tag),
  );
  for (const receive of receiving) if (receive !== null) yield* outcome(receive);
  for (const send of sending) yield* outcome(send);
}

/** The same with the thread blocked. */
export function spreadBarrierBlocked(endpoint: CollectiveEndpoint, tag: number): void {
  const { rank } = endpoint;
  const size = endpoint.peers.length;
  let sending: Operation<void>[] | null = null;
  for (let step = 1; step < size; step++) {
    const one = send(endpoint, NO_PAYLOAD, (rank + step) % size, tag);
    if (one !== null) (sending ??= []).push(one);
  }
  for (let step = 1; step < size; step++) {
    receive(endpoint, NO_PAYLOAD, (rank + size - step) % size, tag, 'barrier');
  }
  if (sending !== null) for (const one of sending) finish(endpoint, one, 'barrier');
}
