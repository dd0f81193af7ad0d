/**
 * Allgather between two groups by their ranks 0: each gathers its group's data, they exchange them, and each
 * broadcasts what it got among its own.
 *
 *     group A   0 ← 1, 2      0 ↔ 0      0 → 1, 2   group A
 *     group B   0 ← 1                    0 → 1      group B
 *
 * Best for short data of large groups. Cost: (2⌈log₂ p⌉ + 1) α + (p + q⌈log₂ p⌉) nβ, p the own and q the other group.
 */
import { outcome, type Steps } from '../../engine/task.ts';
import type { Payload } from '../../engine/receive-payload.ts';
import { freshBytes } from '../../engine/fresh-bytes.ts';
import { receivePayload, sendPayload } from '../../p2p/payload.ts';
import { arrival, expect } from '../arrival.ts';
import { binomialBcast, binomialBcastInto } from '../bcast/binomial-bcast.ts';
import { Blocks } from '../blocks.ts';
import { bundle, unbundle } from '../bundle.ts';
import type { IntercommunicatorEnds } from '../collective.ts';
import { binomialGather, binomialGatherInto } from '../gather/binomial-gather.ts';
import { give, relay } from '../notices.ts';

/** The payloads of the other group in rank order. */
export function* leadersAllgather(
  { local, remote }: IntercommunicatorEnds,
  own: Payload,
  tag: number,
  remoteTag: number,
): Steps<Payload[]> {
  const gathered = yield* binomialGather(local, own, 0, tag);
  let received: Payload | null = null;
  if (gathered !== null) {
    const receiving = receivePayload(remote, 0, remoteTag);
    const sending = sendPayload(remote, bundle(gathered), 0, remoteTag);
    received = yield* outcome(receiving);
    yield* outcome(sending);
  }
  const all = yield* binomialBcast(local, received, 0, tag);
  return unbundle(local, all, remote.peers.length);
}

/** Fills the blocks of the other group, which are of equal length and packed. */
export function* leadersAllgatherInto(
  { local, remote }: IntercommunicatorEnds,
  own: Payload,
  blocks: Blocks,
  tag: number,
  remoteTag: number,
): Steps<void> {
  const size = local.peers.length;
  const { elementType } = own;
  const isLeader = local.rank === 0;
  const bytes = freshBytes(isLeader ? size * own.bytes.length : 0);
  const gathered = isLeader ? new Blocks({ elementType, bytes }, own.bytes.length) : null;
  yield* binomialGatherInto(local, own, gathered, 0, tag);
  const whole = { elementType: blocks.elementType, bytes: blocks.bytes };
  if (isLeader) {
    relay(local, tag, remote, remoteTag);
    const expected = expect(remote, whole, 0, remoteTag);
    const sending = give(remote, { elementType, bytes }, 0, remoteTag);
    yield* arrival(remote, 'allgather', expected);
    yield* outcome(sending);
    relay(remote, remoteTag, local, tag);
  }
  yield* binomialBcastInto(local, whole, 0, tag, 'allgather');
}
