/** The ranks 0 of an intercommunicator's two groups tell each other a value; the others take no part. */
import type { IntercommunicatorEnds } from '../collectives/collective.ts';
import { outcome, type Steps } from '../engine/task.ts';
import { payloadOf, receivePayload, sendPayload, valueOf } from '../p2p/payload.ts';

/** The other rank 0's value; null at everybody but the ranks 0. Takes one tag of the remote end. */
export function* exchangeBetweenGroups<T>({ remote }: IntercommunicatorEnds, value: T): Steps<T | null> {
  const tag = remote.nextTag();
  if (remote.rank !== 0) return null;
  const sending = sendPayload(remote, payloadOf(remote, value), 0, tag);
  const received = yield* outcome(receivePayload(remote, 0, tag));
  yield* outcome(sending);
  return valueOf(remote, received) as T;
}
