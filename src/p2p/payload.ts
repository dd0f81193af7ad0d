/** Messages whose data is encoded already: what collectives pass on without looking inside. */
import { MPIError } from '../errors/mpi-error.ts';
import { CompletedOperation } from '../engine/completed-operation.ts';
import { copyOf } from '../engine/fresh-bytes.ts';
import type { Operation } from '../engine/operation.ts';
import { type Combination, ReceiveCombining } from '../engine/receive-combining.ts';
import { ReceiveInto } from '../engine/receive-into.ts';
import { type Payload, ReceivePayload } from '../engine/receive-payload.ts';
import { SendOperation } from '../engine/send-operation.ts';
import type { Status } from '../engine/request.ts';
import {
  bufferOfType,
  elementTypeOf,
  type BufferLike,
  type TypedArray,
  UINT8,
} from '../wire/element-type.ts';
import { bytesIn, checkLength } from './buffer-type.ts';
import type { Endpoint } from './endpoint.ts';

/** A message that says nothing but that it has come. */
export const NO_PAYLOAD: Payload = { elementType: UINT8, bytes: new Uint8Array(0) };

/** The form in which a value travels; it is the caller's own copy. */
export function payloadOf(endpoint: Endpoint, value: unknown): Payload {
  const elementType = elementTypeOf(value);
  if (elementType !== 0) {
    const bytes = bytesIn(endpoint, value as BufferLike, elementType, 'send to others');
    checkLength(endpoint, 'send to others', bytes.length);
    return { elementType, bytes };
  }
  const { codec } = endpoint.engine;
  let size: number;
  try {
    size = codec.encode(value);
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new MPIError(
      'MPI_ERR_TYPE',
      `Cannot send a value to others on ${endpoint.context.label()}: ${why}`,
      { cause },
    );
  }
  checkLength(endpoint, 'send to others', size);
  return { elementType, bytes: copyOf(codec.bytes, 0, size) };
}

/** The value that a payload carries: fresh, the caller's own. */
export function valueOf(endpoint: Endpoint, { elementType, bytes }: Payload): unknown {
  try {
    if (elementType === 0) return endpoint.engine.codec.decode(bytes, 0, bytes.length);
    const whole = bytes.byteOffset === 0 && bytes.byteLength === bytes.buffer.byteLength;
    return bufferOfType(elementType, whole ? bytes : copyOf(bytes, 0, bytes.length));
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new MPIError(
      'MPI_ERR_OTHER',
      `Cannot read a value that came on ${endpoint.context.label()}: ${why}`,
      { cause },
    );
  }
}

/** Starts to send a payload, which may not change before it is complete. */
export function sendPayload(
  endpoint: Endpoint,
  { elementType, bytes }: Payload,
  dest: number,
  tag: number,
): Operation<void> {
  const { engine, context, rank } = endpoint;
  if (context.broken !== null) throw context.broken;
  const { outbox } = endpoint.peers[dest]!;
  if (outbox.sendNow(context.high, context.low, rank, tag, elementType, bytes, bytes.length)) {
    return new CompletedOperation(engine.driver, undefined);
  }
  // Several payloads together may be longer than each of them may be.
  checkLength(endpoint, 'send to others', bytes.length);
  const operation = new SendOperation(
    engine.driver,
    outbox,
    context.high,
    context.low,
    rank,
    tag,
    elementType,
    bytes,
    false,
  );
  outbox.send(operation);
  return operation;
}

/** The same where that is done at once, as it is for short data mostly: true then, and false where it has not even begun. */
export function sendPayloadNow(
  endpoint: Endpoint,
  { elementType, bytes }: Payload,
  dest: number,
  tag: number,
): boolean {
  const { context, rank } = endpoint;
  if (context.broken !== null) throw context.broken;
  const { outbox } = endpoint.peers[dest]!;
  return outbox.sendNow(context.high, context.low, rank, tag, elementType, bytes, bytes.length);
}

export function receivePayload(endpoint: Endpoint, source: number, tag: number): Operation<Payload> {
  const { engine, context } = endpoint;
  const operation = new ReceivePayload(engine.driver, context, source, tag);
  engine.post(operation);
  return operation;
}

/** Receives raw elements into `bytes`, which are elements of this type. */
export function receivePayloadInto(
  endpoint: Endpoint,
  { elementType, bytes }: Payload,
  source: number,
  tag: number,
): Operation<Status> {
  const { engine, context } = endpoint;
  const operation = new ReceiveInto(engine.driver, context, source, tag, bytes, elementType);
  engine.post(operation);
  return operation;
}

/** Receives elements and combines them with `elements`, which get the result. */
export function receiveCombined(
  endpoint: Endpoint,
  combination: Combination,
  elements: TypedArray,
  source: number,
  tag: number,
): Operation<void> {
  const { engine, context, rank } = endpoint;
  const operation = new ReceiveCombining(engine.driver, context, rank, source, tag, combination, elements);
  engine.post(operation);
  return operation;
}

/**
 * The same two for a blocked thread: null where a short message has come at once, else the receive to be waited for. Where the
 * second answers null, the elements lie in `theirs`, which are as many, and are still to be combined.
 */
export function receivePayloadNow(
  { engine, context }: Endpoint,
  { elementType, bytes }: Payload,
  source: number,
  tag: number,
): Operation<Status> | null {
  return engine.direct.filling(
    context,
    source,
    tag,
    bytes,
    elementType,
    () => new ReceiveInto(engine.driver, context, source, tag, bytes, elementType),
  );
}

export function receiveToCombineNow(
  { engine, context, rank }: Endpoint,
  combination: Combination,
  elements: TypedArray,
  theirs: Payload,
  source: number,
  tag: number,
): Operation<void> | null {
  return engine.direct.filling(
    context,
    source,
    tag,
    theirs.bytes,
    theirs.elementType,
    () => new ReceiveCombining(engine.driver, context, rank, source, tag, combination, elements),
  );
}
