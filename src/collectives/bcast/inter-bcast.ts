/**
 * Broadcast to the other group: the root sends to its rank 0, which passes it on among its own. The companions of the
 * root have nothing to do.
 *
 * Cost: (1 + ⌈log₂ p⌉)(α + nβ) for short data, p the other group; α + nβ more than within a group for long.
 */
import { outcome, type Steps } from '../../engine/task.ts';
import type { Payload } from '../../engine/receive-payload.ts';
import { PROC_NULL, ROOT } from '../../model/constants.ts';
import { receivePayload, sendPayload } from '../../p2p/payload.ts';
import { arrival, expect } from '../arrival.ts';
import type { IntercommunicatorEnds } from '../collective.ts';
import { binomialBcast } from './binomial-bcast.ts';
import { relay } from '../notices.ts';

/** The root's payload to everybody in the other group; null in its own. `payload` counts at the root alone. */
export function* interBcast(
  { local, remote }: IntercommunicatorEnds,
  payload: () => Payload,
  root: number,
  tag: number,
  remoteTag: number,
): Steps<Payload | null> {
  if (root === PROC_NULL) return null;
  if (root === ROOT) {
    yield* outcome(sendPayload(remote, payload(), 0, remoteTag));
    return null;
  }
  const received = local.rank === 0 ? yield* outcome(receivePayload(remote, root, remoteTag)) : null;
  return yield* binomialBcast(local, received, 0, tag);
}

/** Fills the bytes of everybody in the other group with the root's; `among` does it within that group, from rank 0. */
export function* interBcastInto(
  { local, remote }: IntercommunicatorEnds,
  payload: Payload,
  root: number,
  tag: number,
  remoteTag: number,
  among: () => Steps<void>,
): Steps<void> {
  if (root === ROOT) {
    yield* outcome(sendPayload(remote, payload, 0, remoteTag));
    return;
  }
  if (local.rank === 0) yield* arrival(remote, 'broadcast', expect(remote, payload, root, remoteTag));
  relay(remote, remoteTag, local, tag);
  yield* among();
}
