/**
 * The two groups of an intercommunicator tell each other a value: that of their ranks 0.
 *
 *     group A   0 ↔ 0   group B          then each 0 tells its own group both
 *
 * Cost: α + nβ between the ranks 0, and a bcast in each group.
 */
import { bcast } from '../collectives/bcast/bcast.ts';
import { type IntercommunicatorEnds, withTagsForBoth } from '../collectives/collective.ts';
import { outcome, type Steps } from '../engine/task.ts';
import { payloadOf, receivePayload, sendPayload, valueOf } from '../p2p/payload.ts';

/** What the two groups say. */
export interface Exchanged<T> {
  readonly own: T;
  readonly other: T;
}

/** `value` counts at the ranks 0, and is asked for there alone. Takes one tag of each end. */
export function* exchangeBetweenGroups<T>(ends: IntercommunicatorEnds, value: () => T): Steps<Exchanged<T>> {
  const { local, remote } = withTagsForBoth(ends, 1, 1);
  let exchanged: Exchanged<T> | null = null;
  if (local.rank === 0) {
    const own = value();
    const tag = remote.nextTag();
    const sending = sendPayload(remote, payloadOf(remote, own), 0, tag);
    const received = yield* outcome(receivePayload(remote, 0, tag));
    yield* outcome(sending);
    exchanged = { own, other: valueOf(remote, received) as T };
  }
  return (yield* bcast({ local, remote: null }, exchanged, 0)) as Exchanged<T>;
}
