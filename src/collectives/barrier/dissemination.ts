/**
 * Barrier by dissemination: in round k everybody tells the process 2ᵏ ranks above that it has come, and hears from
 * the one 2ᵏ below. After ⌈log₂ p⌉ rounds everybody knows of everybody.
 *
 *     p = 4    round 0   0→1→2→3→0        round 1   0→2  1→3  2→0  3→1
 *
 * Cost: ⌈log₂ p⌉ α.
 */
import type { Steps } from '../../engine/task.ts';
import { finish, receive, send } from '../blocked.ts';
import { NO_PAYLOAD, receivePayload, sendPayload } from '../../p2p/payload.ts';
import type { CollectiveEndpoint } from '../collective.ts';

export function* dissemination(endpoint: CollectiveEndpoint, tag: number): Steps<void> {
  const { rank } = endpoint;
  const size = endpoint.peers.length;
  for (let distance = 1; distance < size; distance *= 2) {
    const sending = sendPayload(endpoint, NO_PAYLOAD, (rank + distance) % size, tag);
    const receiving = receivePayload(endpoint, (rank - distance + size) % size, tag);
    if (!receiving.done) yield receiving;
    receiving.take();
    if (!sending.done) yield sending;
    sending.take();
  }
}

/** The same with the thread blocked. */
export function disseminationBlocked(endpoint: CollectiveEndpoint, tag: number): void {
  const { rank } = endpoint;
  const size = endpoint.peers.length;
  for (let distance = 1; distance < size; distance *= 2) {
    const sending = send(endpoint, NO_PAYLOAD, (rank + distance) % size, tag);
    receive(endpoint, NO_PAYLOAD, (rank - distance + size) % size, tag, 'barrier');
    finish(endpoint, sending, 'barrier');
  }
}
