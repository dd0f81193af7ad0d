/**
 * What a peer's end means for the operations of one context.
 *
 * - A receive, probe or send that names the peer fails: nothing will ever come of it.
 * - A receive from any source fails once for each failure, so that a master learns of it, and may be posted again to
 *   go on with the survivors. A peer that left in good order fails none: others may still send.
 * - In a context of collectives everybody depends on everybody: one failure ends them all there.
 */
import { MPIError } from '../errors/mpi-error.ts';
import { ProcessFailedError } from '../errors/process-failed-error.ts';
import { ANY_SOURCE } from '../model/constants.ts';
import type { PeerEnd } from '../transport/transport.ts';
import type { MatchContext } from './match-context.ts';
import type { Party } from './party.ts';

/** The error of an operation that depends on a peer that has ended. */
export function peerGone(context: MatchContext | null, rank: number, end: PeerEnd): ProcessFailedError {
  const where = context === null ? 'the peer' : `rank ${String(rank)} of ${context.label()}`;
  const what = end.orderly
    ? `has left: its process ${end.description}`
    : `has failed: its process ${end.description}`;
  return new ProcessFailedError(`Cannot go on with ${where}: it ${what}`, rank < 0 ? [] : [rank]);
}

/** The error of a matched message whose sender has given it up before it was received. */
export function takenBack(context: MatchContext, source: number, tag: number): MPIError {
  const message = `the message of rank ${String(source)} with tag ${String(tag)} on ${context.label()}`;
  return new MPIError(
    'MPI_ERR_OTHER',
    `Cannot receive ${message}: its sender has taken it back; probe again`,
  );
}

/** The error that tells receives from any source of the failures that none was told of yet. */
export function reportFailures(context: MatchContext): ProcessFailedError {
  const failed = context.unreportedFailures;
  context.unreportedFailures = [];
  const ranks = failed.length === 1 ? `rank ${String(failed[0])}` : `ranks ${failed.join(', ')}`;
  const [first] = failed;
  const end = first === undefined ? null : (context.sources?.[first]?.end ?? null);
  return new ProcessFailedError(
    `Cannot be sure that a message from any source still comes: ${ranks} of ${context.label()} failed` +
      `${end === null || failed.length > 1 ? '' : ` (its process ${end.description})`}; receive again to go on with the others`,
    failed,
  );
}

/** Fails what depends on `rank` in this context. */
export function spreadFailure(
  context: MatchContext,
  rank: number,
  end: PeerEnd,
  peers: Iterable<Party>,
): void {
  const own = peerGone(context, rank, end);
  if (context.collective !== null && (!end.orderly || context.ending)) {
    breakContext(context, own, peers);
    discardLeftovers(context);
    return;
  }
  failWaiting(context, (source) => (source === rank ? own : null));
  if (end.orderly) return;
  context.unreportedFailures.push(rank);
  let report: ProcessFailedError | null = null;
  failWaiting(context, (source) => (source === ANY_SOURCE ? (report ??= reportFailures(context)) : null));
}

/**
 * A process of the other group has ended: in a collective of an intercommunicator everybody depends on both. One that has
 * left in good order took part in all that was started before.
 */
export function spreadFailureOfOthers(
  context: MatchContext,
  peer: Party,
  end: PeerEnd,
  peers: Iterable<Party>,
): void {
  const { collective } = context;
  const rank = collective?.others.indexOf(peer) ?? -1;
  if (collective === null || rank < 0 || (end.orderly && !context.ending)) return;
  const who = `rank ${String(rank)} of the ${collective.othersAre} of ${context.label()}`;
  const why = `Cannot go on with ${who}: it has failed: its process ${end.description}`;
  breakContext(context, new ProcessFailedError(why, []), peers);
  discardLeftovers(context);
}

/** Lets go by what has come to a context where nobody receives any more, and what is on its way there. */
export function discardLeftovers(context: MatchContext): void {
  context.unexpected.forEach((message) => {
    context.unexpected.remove(message);
    message.discard();
  });
}

/** Nothing works in this context any more. */
export function breakContext(context: MatchContext, error: MPIError, peers: Iterable<Party>): void {
  context.broken ??= error;
  failWaiting(context, () => error);
  for (const peer of peers) {
    peer.abandon(context.high, context.low, error);
    peer.outbox.withdrawContext(context.high, context.low, error);
  }
}

function failWaiting(context: MatchContext, errorFor: (source: number) => MPIError | null): void {
  context.posted.forEach((receive) => {
    const error = errorFor(receive.source);
    if (error === null) return;
    context.posted.remove(receive);
    receive.fail(error);
  });
  for (const wait of [...context.commonWaits]) {
    // What the ended one had done counts.
    if (wait.look()) continue;
    const ranks = (context.sources ?? []).keys();
    const [reason] = [...ranks]
      .filter((rank) => wait.waitsFor(rank))
      .map(errorFor)
      .filter((each) => each !== null);
    if (reason !== undefined) wait.fail(reason);
  }
  for (const probe of [...context.probes]) {
    const error = errorFor(probe.source);
    if (error !== null) probe.withdraw(error);
  }
}
