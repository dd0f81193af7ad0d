/**
 * Barrier of two groups: each meets, the ranks 0 tell each other, and let their own go.
 *
 *     group A   0 ← 1, 2, 3      0 ↔ 0      0 → 1, 2, 3   group A
 *     group B   0 ← 1, 2                    0 → 1, 2      group B
 *
 * Cost: 2⌈log₂ p⌉ α + α, p the larger group.
 */
import { outcome, type Steps } from '../../engine/task.ts';
import { NO_PAYLOAD, receivePayload, sendPayload } from '../../p2p/payload.ts';
import type { IntercommunicatorEnds } from '../collective.ts';
import { placeInTree } from '../trees/binomial-tree.ts';

export function* interBarrier({ local, remote }: IntercommunicatorEnds): Steps<void> {
  const tag = local.nextTag();
  const remoteTag = remote.nextTag();
  const { parent, children } = placeInTree(local.rank, local.peers.length, 0);
  for (const child of children) yield* outcome(receivePayload(local, child, tag));
  if (parent >= 0) {
    yield* outcome(sendPayload(local, NO_PAYLOAD, parent, tag));
    yield* outcome(receivePayload(local, parent, tag));
  } else {
    const sending = sendPayload(remote, NO_PAYLOAD, 0, remoteTag);
    yield* outcome(receivePayload(remote, 0, remoteTag));
    yield* outcome(sending);
  }
  const letting = children.map((child) => sendPayload(local, NO_PAYLOAD, child, tag));
  for (const send of letting) yield* outcome(send);
}
