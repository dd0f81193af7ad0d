/**
 * What goes wrong at one process of a collective over elements or of a reduction while it runs, above all another length than
 * it expects, or an operation that throws, and how the others hear of it: it goes on to the end, but sends a notice in place of each message that it still owes. Who
 * gets one is in trouble too, and does the same.
 *
 *     ring, p = 4     0 ─aa→ 1 ─!→ 2 ─!→ 3 ─!→ 0          1 has expected a, and passes on a notice
 *
 * So everything that is sent is received: nobody waits for ever, nobody takes for right what may be wrong, and the communicator
 * works afterwards. As long as nothing is wrong it costs a look at an empty table. A notice travels as a type of
 * its own, which no data has.
 *
 * It is not told to those who have got all that they need; and where the lengths are so different that processes take different
 * algorithms they may wait for messages that nobody owes them. PARLEY_CHECK=collective finds that beforehand.
 */
import type { Operation } from '../engine/operation.ts';
import { ReceiveOperation } from '../engine/receive-operation.ts';
import type { Payload } from '../engine/receive-payload.ts';
import { outcome, type Steps } from '../engine/task.ts';
import { ERROR_CLASSES, type ErrorClassName } from '../errors/error-classes.ts';
import { MPIError } from '../errors/mpi-error.ts';
import { ProcessFailedError } from '../errors/process-failed-error.ts';
import { PROC_NULL } from '../model/constants.ts';
import { payloadOf, receivePayload, sendPayload, valueOf } from '../p2p/payload.ts';
import { NOTICE, VALUE } from '../wire/element-type.ts';
import type { CollectiveEndpoint, IntercommunicatorEnds } from './collective.ts';
import type { Notice } from './troubles.ts';

/** Starts to send what this process owes: in trouble a notice. */
export function give(
  endpoint: CollectiveEndpoint,
  payload: Payload,
  dest: number,
  tag: number,
): Operation<void> {
  const { troubles } = endpoint;
  const trouble = troubles.size === 0 ? undefined : troubles.get(tag);
  return sendPayload(
    endpoint,
    trouble === undefined ? payload : { ...payloadOf(endpoint, trouble.notice), elementType: NOTICE },
    dest,
    tag,
  );
}

/** Whether what has come is a notice: then the collective is in trouble, and goes on. */
export function noteNotice(
  endpoint: CollectiveEndpoint,
  verb: string,
  tag: number,
  payload: Payload,
): boolean {
  if (payload.elementType !== NOTICE) return false;
  noteTold(endpoint, verb, tag, noticeIn(endpoint, payload));
  return true;
}

/** Waits for a receive that combines. */
export function* taken(endpoint: CollectiveEndpoint, verb: string, receiving: Operation<void>): Steps<void> {
  if (!receiving.done) yield receiving;
  try {
    receiving.take();
  } catch (error) {
    yield* inTrouble(endpoint, verb, receiving, error);
  }
}

/**
 * A receive has failed: the collective is in trouble, and goes on. Throws instead where nothing works any more, or the other
 * process is gone.
 */
export function* inTrouble(
  endpoint: CollectiveEndpoint,
  verb: string,
  receiving: Operation<unknown>,
  error: unknown,
): Steps<void> {
  const { context } = endpoint;
  const isReceive = receiving instanceof ReceiveOperation;
  if (!isReceive || context.broken !== null || error instanceof ProcessFailedError) throw error;
  const { source, tag, matchedSource } = receiving;
  // Where the type does not fit the message stays where it is.
  const unmatched = matchedSource === PROC_NULL && error instanceof MPIError && error.code === 'MPI_ERR_TYPE';
  const came = unmatched ? yield* outcome(receivePayload(endpoint, source, tag)) : null;
  if (came !== null && noteNotice(endpoint, verb, tag, came)) return;
  noteTrouble(endpoint, tag, error);
}

function noteTold(
  { context, troubles }: CollectiveEndpoint,
  verb: string,
  tag: number,
  notice: Notice,
): void {
  if (troubles.has(tag)) return;
  const { code, troubleAt, why } = notice;
  const text = `Cannot ${verb} on ${context.label()}: it has gone wrong at ${troubleAt}: ${why}`;
  troubles.set(tag, { error: new MPIError(code, text), notice });
}

/** Something has gone wrong here that is no receive: the collective is in trouble, and goes on. */
export function noteTrouble({ troubles, rank }: CollectiveEndpoint, tag: number, error: unknown): void {
  if (troubles.has(tag)) return;
  troubles.set(tag, { error, notice: noticeOf(`rank ${String(rank)}`, error) });
}

/** At the end of a collective: throws where it has been in trouble. */
export function settle({ troubles }: CollectiveEndpoint, tag: number): void {
  if (troubles.size === 0) return;
  const trouble = troubles.get(tag);
  troubles.delete(tag);
  if (trouble !== undefined) throw trouble.error;
}

/** The same for one over both ends of an intercommunicator. */
export function settleBoth({ local, remote }: IntercommunicatorEnds, tag: number, remoteTag: number): void {
  try {
    settle(remote, remoteTag);
  } catch (error) {
    local.troubles.delete(tag);
    throw error;
  }
  settle(local, tag);
}

/** Trouble at one end of an intercommunicator is trouble at the other. */
export function relay(
  from: CollectiveEndpoint,
  fromTag: number,
  to: CollectiveEndpoint,
  toTag: number,
): void {
  const trouble = from.troubles.size === 0 ? undefined : from.troubles.get(fromTag);
  if (trouble !== undefined && !to.troubles.has(toTag)) to.troubles.set(toTag, trouble);
}

function noticeOf(troubleAt: string, error: unknown): Notice {
  const known = error instanceof MPIError && Object.hasOwn(ERROR_CLASSES, error.code);
  const why = error instanceof Error ? error.message : String(error);
  // Whoever makes an error of it again adds the class.
  return {
    troubleAt,
    code: known ? (error.code as ErrorClassName) : 'MPI_ERR_OTHER',
    why: why.replace(/ \(\w+\)$/, ''),
  };
}

function noticeIn(endpoint: CollectiveEndpoint, { bytes }: Payload): Notice {
  return valueOf(endpoint, { elementType: VALUE, bytes }) as Notice;
}
