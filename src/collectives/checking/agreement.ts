/**
 * Makes sure that all processes of a communicator have started the same collective with arguments that fit, before it runs.
 * Everybody tells its rank 0 what it has called; that one compares, and tells everybody why the collective cannot run, if
 * so: then it runs nowhere, and the program may go on. On an intercommunicator the ranks 0 exchange what their groups say,
 * and both come to the same judgement. Where somebody has left without a word, everybody is told that.
 *
 *     group A   0 ← 1, 2, 3      0 ↔ 0      0 → 1, 2, 3   group A
 *     group B   0 ← 1, 2                    0 → 1, 2      group B
 *
 * Only where a program asks for it. Cost at rank 0: 2 (p − 1) α, and one α between the groups.
 */
import { MPIError } from '../../errors/mpi-error.ts';
import { ProcessFailedError } from '../../errors/process-failed-error.ts';
import type { Operation } from '../../engine/operation.ts';
import { outcome, type Steps } from '../../engine/task.ts';
import { payloadOf, receivePayload, sendPayload, valueOf } from '../../p2p/payload.ts';
import type { CollectiveEnds, CollectiveEndpoint } from '../collective.ts';
import type { CollectiveCall, Disagreement } from './collective-call.ts';
import { actionOf, judge } from './judge.ts';

/** What everybody in a group says, or why that will never be known. */
type Said = readonly CollectiveCall[] | Disagreement;

/**
 * Throws the same error everywhere unless all agree. `refused` is what this process' own arguments are refused with, null
 * where they are not: then that is its error. Takes two tags of the local end, and one of the remote one.
 */
export function* agree(
  { local, remote }: CollectiveEnds,
  call: CollectiveCall,
  refused: Error | null,
): Steps<void> {
  const [askTag, tellTag] = [local.nextTag(), local.nextTag()];
  const remoteTag = remote?.nextTag() ?? 0;
  let wrong: Disagreement | null;
  if (local.rank === 0) {
    const said = yield* collect(local, call, askTag);
    const others = remote === null ? null : yield* exchange(remote, said, remoteTag);
    wrong = verdict(said, others);
    const told = payloadOf(local, wrong);
    const telling = local.peers.slice(1).map((_, place) => sendPayload(local, told, place + 1, tellTag));
    for (const send of telling) yield* wrong === null ? outcome(send) : ended(send);
  } else {
    const sending = sendPayload(local, payloadOf(local, call), 0, askTag);
    wrong = valueOf(local, yield* outcome(receivePayload(local, 0, tellTag))) as Disagreement | null;
    yield* outcome(sending);
  }
  if (wrong === null) return;
  if (wrong.refused === true && refused !== null) throw refused;
  const text = `Cannot ${wrong.action} on ${local.context.label()}: ${wrong.text}`;
  throw wrong.code === 'MPI_ERR_PROC_FAILED'
    ? new ProcessFailedError(text, [])
    : new MPIError(wrong.code, text);
}

/** What everybody in the own group says, at its rank 0. */
function* collect(local: CollectiveEndpoint, own: CollectiveCall, tag: number): Steps<Said> {
  const receiving = local.peers.slice(1).map((_, place) => receivePayload(local, place + 1, tag));
  const calls = [own];
  let missed: MPIError | null = null;
  for (const receive of receiving) {
    try {
      calls.push(valueOf(local, yield* outcome(receive)) as CollectiveCall);
    } catch (error) {
      // Where nothing works any more the others notice it too.
      if (local.context.broken !== null || !(error instanceof MPIError)) throw error;
      missed ??= error;
    }
  }
  if (missed === null) return calls;
  const why = missed.message.replace(/ \(\w+\)$/, '');
  return { code: 'MPI_ERR_PROC_FAILED', action: actionOf(own.verb), text: `not all have called it: ${why}` };
}

/** What the other group says, between the ranks 0. */
function* exchange(remote: CollectiveEndpoint, said: Said, tag: number): Steps<Said> {
  const sending = sendPayload(remote, payloadOf(remote, said), 0, tag);
  const received = yield* outcome(receivePayload(remote, 0, tag));
  yield* outcome(sending);
  return valueOf(remote, received) as Said;
}

function verdict(said: Said, others: Said | null): Disagreement | null {
  if ('code' in said) return said;
  if (others === null || !('code' in others)) return judge(said, others);
  return others;
}

/** However it ends: one of those that are told may be the one who has left. */
function* ended(send: Operation<void>): Steps<void> {
  if (!send.done) yield send;
}
