/**
 * Makes sure that all processes of a communicator have started the same collective with arguments that fit, before it runs.
 * Everybody tells its rank 0 what it has called; that one compares, and tells everybody why the collective cannot run, if
 * so: then it runs nowhere, and the program may go on. On an intercommunicator the ranks 0 exchange what their groups say,
 * and both come to the same judgement.
 *
 *     group A   0 ← 1, 2, 3      0 ↔ 0      0 → 1, 2, 3   group A
 *     group B   0 ← 1, 2                    0 → 1, 2      group B
 *
 * Only where a program asks for it. Cost at rank 0: 2 (p − 1) α, and one α between the groups.
 */
import { MPIError } from '../../errors/mpi-error.ts';
import { outcome, type Steps } from '../../engine/task.ts';
import { payloadOf, receivePayload, sendPayload, valueOf } from '../../p2p/payload.ts';
import type { CollectiveEnds, CollectiveEndpoint } from '../collective.ts';
import type { CollectiveCall, Disagreement } from './collective-call.ts';
import { judge } from './judge.ts';

/** Throws the same error everywhere unless all agree. Takes two tags of the local end, and one of the remote one. */
export function* agree({ local, remote }: CollectiveEnds, call: CollectiveCall): Steps<void> {
  const [askTag, tellTag] = [local.nextTag(), local.nextTag()];
  const remoteTag = remote?.nextTag() ?? 0;
  let wrong: Disagreement | null;
  if (local.rank === 0) {
    const calls = yield* collect(local, call, askTag);
    const others = remote === null ? null : yield* exchange(remote, calls, remoteTag);
    wrong = judge(calls, others);
    const verdict = payloadOf(local, wrong);
    const telling = local.peers.slice(1).map((_, place) => sendPayload(local, verdict, place + 1, tellTag));
    for (const send of telling) yield* outcome(send);
  } else {
    const sending = sendPayload(local, payloadOf(local, call), 0, askTag);
    wrong = valueOf(local, yield* outcome(receivePayload(local, 0, tellTag))) as Disagreement | null;
    yield* outcome(sending);
  }
  if (wrong === null) return;
  throw new MPIError(wrong.code, `Cannot ${wrong.action} on ${local.context.label()}: ${wrong.text}`);
}

/** What everybody in the own group says, at its rank 0. */
function* collect(local: CollectiveEndpoint, own: CollectiveCall, tag: number): Steps<CollectiveCall[]> {
  const receiving = local.peers.slice(1).map((_, place) => receivePayload(local, place + 1, tag));
  const calls = [own];
  for (const receive of receiving) calls.push(valueOf(local, yield* outcome(receive)) as CollectiveCall);
  return calls;
}

/** What the other group says, between the ranks 0. */
function* exchange(
  remote: CollectiveEndpoint,
  calls: readonly CollectiveCall[],
  tag: number,
): Steps<CollectiveCall[]> {
  const sending = sendPayload(remote, payloadOf(remote, calls), 0, tag);
  const received = yield* outcome(receivePayload(remote, 0, tag));
  yield* outcome(sending);
  return valueOf(remote, received) as CollectiveCall[];
}
