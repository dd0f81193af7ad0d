/**
 * Sending in the four modes of the standard (MPI-4.1 §3.4). A typed array, ArrayBuffer or DataView travels as it is;
 * any other value is encoded first. Most sends are short and find room: those are written at once, and no operation
 * is made for them at all.
 */
import { MPIError } from '../errors/mpi-error.ts';
import { CompletedOperation, FailedOperation } from '../engine/completed-operation.ts';
import { copyOf } from '../engine/fresh-bytes.ts';
import type { Operation } from '../engine/operation.ts';
import type { WaitOptions } from '../engine/request.ts';
import { SendOperation } from '../engine/send-operation.ts';
import { armWaitOptions, hasFired } from '../engine/wait-options.ts';
import { PROC_NULL } from '../model/constants.ts';
import { elementTypeOf, type BufferLike } from '../wire/element-type.ts';
import { MESSAGE_BYTES_MAX } from '../wire/frame.ts';
import { bytesIn } from './buffer-type.ts';
import { checkDestination, type Endpoint } from './endpoint.ts';

/** Sends and returns when the data may be changed again: blocks the thread where it must. */
export function sendSync(endpoint: Endpoint, data: unknown, dest: number, tag: number): void {
  checkDestination(endpoint, 'send', dest, tag);
  const operation = begin(endpoint, data, dest, tag, false);
  if (operation === null) return;
  endpoint.engine.driver.finish(operation);
}

/** Starts a send in standard or (`synchronous`) synchronous mode. */
export function send(
  endpoint: Endpoint,
  data: unknown,
  dest: number,
  tag: number,
  synchronous: boolean,
  options?: WaitOptions,
): Operation<void> {
  const verb = synchronous ? 'send synchronously' : 'send';
  checkDestination(endpoint, verb, dest, tag);
  const { driver, clock } = endpoint.engine;
  if (options === undefined) {
    return begin(endpoint, data, dest, tag, synchronous) ?? new CompletedOperation(driver, undefined);
  }
  const intent = (): string => `${verb} to rank ${String(dest)} of ${endpoint.context.label()}`;
  if (hasFired(options, intent)) return new FailedOperation(driver, options.signal.reason);
  const operation = begin(endpoint, data, dest, tag, synchronous);
  if (operation === null) return new CompletedOperation(driver, undefined);
  armWaitOptions(operation, options, driver, clock, intent);
  return operation;
}

/** Copies the data and completes at once; the copy leaves when there is room (MPI_Bsend). */
export function bufferedSend(endpoint: Endpoint, data: unknown, dest: number, tag: number): void {
  checkDestination(endpoint, 'send buffered', dest, tag);
  const { engine } = endpoint;
  const operation = begin(endpoint, data, dest, tag, false, true);
  if (operation === null) return;
  if (operation.done) return operation.take();
  engine.buffered.hold(operation, operation.data.length);
}

/** Writes the message at once, or makes the operation that will. Null where it is on its way already. */
function begin(
  endpoint: Endpoint,
  data: unknown,
  dest: number,
  tag: number,
  synchronous: boolean,
  copy: boolean = false,
): SendOperation | null {
  const { engine, context } = endpoint;
  const elementType = elementTypeOf(data);
  let bytes: Uint8Array;
  let size: number;
  if (elementType === 0) {
    size = encode(endpoint, data, dest, tag);
    bytes = engine.codec.bytes;
  } else {
    bytes = bytesIn(endpoint, data as BufferLike, elementType, 'send');
    size = bytes.length;
    if (size > MESSAGE_BYTES_MAX) throw tooLong(endpoint, size, dest, tag);
  }
  if (dest === PROC_NULL) return null;
  const { outbox } = endpoint.peers[dest]!;
  const { high, low } = context;
  if (context.broken !== null) throw context.broken;
  if (!synchronous && outbox.sendNow(high, low, endpoint.rank, tag, elementType, bytes, size)) return null;
  // The scratch is for the next value; what the program gave may not change before the operation is complete.
  if (elementType === 0 || copy) {
    if (copy) engine.buffered.check(size);
    bytes = copyOf(bytes, 0, size);
  }
  const operation = new SendOperation(
    engine.driver,
    outbox,
    high,
    low,
    endpoint.rank,
    tag,
    elementType,
    bytes,
    synchronous,
  );
  outbox.send(operation);
  if (!operation.done) engine.driver.attend();
  return operation;
}

function encode(endpoint: Endpoint, data: unknown, dest: number, tag: number): number {
  let size: number;
  try {
    size = endpoint.engine.codec.encode(data);
  } catch (cause) {
    const to = `rank ${String(dest)} of ${endpoint.context.label()} with tag ${String(tag)}`;
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new MPIError('MPI_ERR_TYPE', `Cannot send to ${to}: ${why}`, { cause });
  }
  if (size > MESSAGE_BYTES_MAX) throw tooLong(endpoint, size, dest, tag);
  return size;
}

function tooLong(endpoint: Endpoint, size: number, dest: number, tag: number): MPIError {
  return new MPIError(
    'MPI_ERR_COUNT',
    `Cannot send ${String(size)} bytes to rank ${String(dest)} of ${endpoint.context.label()} with tag ${String(tag)}: ` +
      `a message has ${String(MESSAGE_BYTES_MAX)} at most; send it in parts`,
  );
}
