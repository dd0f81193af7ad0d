/**
 * Broadcast to the other group: the root sends to its rank 0, which passes it on among its own. The companions of the
 * root have nothing to do.
 *
 * Cost: (1 + ⌈log₂ p⌉)(α + nβ), p the other group.
 */
import { outcome, type Steps } from '../../engine/task.ts';
import type { Payload } from '../../engine/receive-payload.ts';
import { PROC_NULL, ROOT } from '../../model/constants.ts';
import { receivePayload, receivePayloadInto, sendPayload } from '../../p2p/payload.ts';
import type { IntercommunicatorEnds } from '../collective.ts';
import { binomialBcast, binomialBcastInto } from './binomial-bcast.ts';

/** The root's payload to everybody in the other group; null in its own. `payload` counts at the root alone. */
export function* interBcast(
  { local, remote }: IntercommunicatorEnds,
  payload: () => Payload,
  root: number,
): Steps<Payload | null> {
  const tag = local.nextTag();
  const remoteTag = remote.nextTag();
  if (root === PROC_NULL) return null;
  if (root === ROOT) {
    yield* outcome(sendPayload(remote, payload(), 0, remoteTag));
    return null;
  }
  const received = local.rank === 0 ? yield* outcome(receivePayload(remote, root, remoteTag)) : null;
  return yield* binomialBcast(local, received, 0, tag);
}

/** Fills the bytes of everybody in the other group with the root's. */
export function* interBcastInto(
  { local, remote }: IntercommunicatorEnds,
  payload: Payload,
  root: number,
): Steps<void> {
  const tag = local.nextTag();
  const remoteTag = remote.nextTag();
  if (root === PROC_NULL) return;
  if (root === ROOT) {
    yield* outcome(sendPayload(remote, payload, 0, remoteTag));
    return;
  }
  if (local.rank === 0) yield* outcome(receivePayloadInto(remote, payload, root, remoteTag));
  yield* binomialBcastInto(local, payload, 0, tag);
}
