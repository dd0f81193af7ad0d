/** The handle of a message that a matched probe has taken out of the queue: only it can receive the message. */
import { MPIError } from '../errors/mpi-error.ts';
import { receiveReserved } from '../engine/meeting.ts';
import type { ArrivedMessage } from '../engine/arrived-message.ts';
import { CompletedOperation } from '../engine/completed-operation.ts';
import { statusOf } from '../engine/probe-operation.ts';
import { ReceiveInto } from '../engine/receive-into.ts';
import { ReceiveValue } from '../engine/receive-value.ts';
import type { ReceiveOperation } from '../engine/receive-operation.ts';
import type { Message, Request, Status } from '../engine/request.ts';
import { ANY_TAG, PROC_NULL } from '../model/constants.ts';
import type { BufferLike } from '../wire/element-type.ts';
import type { Endpoint } from './endpoint.ts';
import { bufferType, bytesIn } from './buffer-type.ts';
import { nobody } from './receive.ts';

/**
 * A message that waits for this handle alone (MPI_Message, MPI-4.1 §3.8.2). Its status is that of the probe.
 *
 * ```ts
 * const message = await MPI.COMM_WORLD.mprobe();
 * const buffer = new Float64Array(message.count);
 * await message.recvInto(buffer);
 * ```
 */
export interface MatchedMessage extends Status {
  recv<T = unknown>(): Request<Message<T>>;
  recvInto(buffer: BufferLike): Request<Status>;
  recvSync<T = unknown>(): Message<T>;
  recvIntoSync(buffer: BufferLike): Status;
}

export function matchedMessage(endpoint: Endpoint, message: ArrivedMessage): MatchedMessage {
  const { engine, context } = endpoint;
  let waiting: ArrivedMessage | null = message;

  const receiveBy = <R extends ReceiveOperation>(receive: R): R => {
    if (waiting === null) {
      throw new MPIError(
        'MPI_ERR_REQUEST',
        `Cannot receive the message of rank ${String(message.source)} with tag ${String(message.tag)} on ${context.label()} again: its handle has received it already`,
      );
    }
    const refusal = receive.refusal(message.elementType, message.source, message.tag);
    if (refusal !== null) throw refusal;
    waiting = null;
    receiveReserved(receive, message);
    // A probe that finds at once leaves nothing behind that goes on by itself.
    if (!receive.done) engine.driver.attend();
    return receive;
  };
  const recv = (): ReceiveValue =>
    receiveBy(new ReceiveValue(engine.driver, context, message.source, message.tag, engine.codec));
  const recvInto = (buffer: BufferLike): ReceiveInto => {
    const elementType = bufferType(endpoint, buffer, 'receive');
    const bytes = bytesIn(endpoint, buffer, elementType, 'receive');
    return receiveBy(
      new ReceiveInto(engine.driver, context, message.source, message.tag, bytes, elementType),
    );
  };

  return {
    ...statusOf(message),
    recv: <T>() => recv() as unknown as Request<Message<T>>,
    recvInto,
    recvSync: <T>() => recv().waitSync() as Message<T>,
    recvIntoSync: (buffer) => recvInto(buffer).waitSync(),
  };
}

/** The handle that a matched probe of PROC_NULL gives (MPI_MESSAGE_NO_PROC). */
export function matchedNothing(endpoint: Endpoint): MatchedMessage {
  const { driver } = endpoint.engine;
  const message = <T>(): Message<T> => ({ data: undefined as T, source: PROC_NULL, tag: ANY_TAG });
  return {
    ...nobody,
    recv: <T>() => new CompletedOperation(driver, message<T>(), nobody),
    recvInto: () => new CompletedOperation(driver, nobody, nobody),
    recvSync: message,
    recvIntoSync: () => nobody,
  };
}
