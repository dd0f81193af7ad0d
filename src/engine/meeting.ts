/** Where receives and probes meet messages that have come before them, or learn that none can come any more. */
import type { MPIError } from '../errors/mpi-error.ts';
import { ANY_SOURCE } from '../model/constants.ts';
import type { ArrivedMessage } from './arrived-message.ts';
import { peerGone, reportFailures, takenBack } from './failures.ts';
import type { MatchContext } from './match-context.ts';
import type { ProbeOperation } from './probe-operation.ts';
import type { ReceiveOperation } from './receive-operation.ts';

/** Lets a receive take the message that is there for it, or wait for one. */
export function postReceive(receive: ReceiveOperation): void {
  const { context, source, tag } = receive;
  const message = context.unexpected.find(source, tag);
  if (message !== null) {
    const refusal = receive.refusal(message.elementType, message.source, message.tag);
    if (refusal !== null) {
      receive.fail(refusal);
      return;
    }
    // Its sender may yet take it back, and then the receive waits where it would have waited.
    if (message.dependsOnSender) context.posted.takeOrder(receive);
    context.unexpected.remove(message);
    take(receive, message);
    return;
  }
  const failure = failureFor(context, source);
  if (failure === null) context.posted.add(receive);
  else receive.fail(failure);
}

/** The same for a probe, which leaves the message where it is. */
export function postProbe(probe: ProbeOperation): void {
  const { context, source, tag } = probe;
  const message = context.unexpected.find(source, tag);
  if (message !== null) {
    probe.found(message);
    return;
  }
  const failure = failureFor(context, source);
  if (failure === null) context.probes.push(probe);
  else probe.fail(failure);
}

/** A receive takes the message that a matched probe has reserved for it. */
export function receiveReserved(receive: ReceiveOperation, message: ArrivedMessage): void {
  receive.reserved = true;
  take(receive, message);
}

/** A message that is there now; it stays. Throws where none can come any more. */
export function findMessage(context: MatchContext, source: number, tag: number): ArrivedMessage | null {
  const message = context.unexpected.find(source, tag);
  if (message !== null) return message;
  const failure = failureFor(context, source);
  if (failure !== null) throw failure;
  return null;
}

function take(receive: ReceiveOperation, message: ArrivedMessage): void {
  const { peer } = message;
  if (peer.end !== null && message.dependsOnSender) {
    receive.fail(peerGone(receive.context, message.source, peer.end));
    return;
  }
  if (message.withdrawn) {
    receive.fail(takenBack(receive.context, message.source, message.tag));
    return;
  }
  // Where it is still coming, its inbox does that in the end.
  if (message.eager && !message.dependsOnSender) peer.settle(message.length);
  receive.matchArrived(message);
}

/** Why nothing can come from `source` any more, or null. Tells of failures that nobody was told of yet. */
function failureFor(context: MatchContext, source: number): MPIError | null {
  if (context.broken !== null) return context.broken;
  if (source === ANY_SOURCE) return context.unreportedFailures.length === 0 ? null : reportFailures(context);
  const end = context.sources?.[source]?.end ?? null;
  return end === null ? null : peerGone(context, source, end);
}
