/** Receiving: values, or raw elements into a buffer of the program's (MPI-4.1 §3.2.4). */
import { CompletedOperation, FailedOperation } from '../engine/completed-operation.ts';
import type { Operation } from '../engine/operation.ts';
import { ReceiveInto } from '../engine/receive-into.ts';
import { ReceiveValue } from '../engine/receive-value.ts';
import { emptyStatus, type Message, type Status, type WaitOptions } from '../engine/request.ts';
import { armWaitOptions, hasFired } from '../engine/wait-options.ts';
import { ANY_SOURCE, ANY_TAG, PROC_NULL } from '../model/constants.ts';
import type { BufferLike } from '../wire/element-type.ts';
import { bufferType, bytesIn } from './buffer-type.ts';
import { checkSource, type Endpoint } from './endpoint.ts';

/** What a receive from PROC_NULL is told. */
export const nobody: Status = emptyStatus(PROC_NULL, ANY_TAG);

export function receive(
  endpoint: Endpoint,
  source: number,
  tag: number,
  options?: WaitOptions,
): Operation<Message> {
  checkSource(endpoint, 'receive', source, tag);
  const { engine, context } = endpoint;
  if (options !== undefined && hasFired(options, () => intent(endpoint, source, tag))) {
    return new FailedOperation(engine.driver, options.signal.reason);
  }
  if (source === PROC_NULL) return new CompletedOperation(engine.driver, nothingFromNobody(), nobody);
  const operation = new ReceiveValue(engine.driver, context, source, tag, engine.codec);
  engine.post(operation);
  if (!operation.done) begun(endpoint, operation, source, tag, options);
  return operation;
}

export function receiveInto(
  endpoint: Endpoint,
  buffer: BufferLike,
  source: number,
  tag: number,
  options?: WaitOptions,
): Operation<Status> {
  checkSource(endpoint, 'receive', source, tag);
  const { engine, context } = endpoint;
  const elementType = bufferType(endpoint, buffer, 'receive');
  const bytes = bytesIn(endpoint, buffer, elementType, 'receive');
  if (options !== undefined && hasFired(options, () => intent(endpoint, source, tag))) {
    return new FailedOperation(engine.driver, options.signal.reason);
  }
  if (source === PROC_NULL) return new CompletedOperation(engine.driver, nobody, nobody);
  const operation = new ReceiveInto(engine.driver, context, source, tag, bytes, elementType);
  engine.post(operation);
  if (!operation.done) begun(endpoint, operation, source, tag, options);
  return operation;
}

/** The same with the thread blocked: nothing is set up that only the event loop needs. */
export function receiveIntoSync(endpoint: Endpoint, buffer: BufferLike, source: number, tag: number): Status {
  checkSource(endpoint, 'receive', source, tag);
  const { engine, context } = endpoint;
  const elementType = bufferType(endpoint, buffer, 'receive');
  const bytes = bytesIn(endpoint, buffer, elementType, 'receive');
  if (source === PROC_NULL) return nobody;
  return engine.direct.into(context, source, tag, bytes, elementType);
}

export function receiveSync(endpoint: Endpoint, source: number, tag: number): Message {
  checkSource(endpoint, 'receive', source, tag);
  const { engine, context } = endpoint;
  if (source === PROC_NULL) return nothingFromNobody();
  return engine.direct.value(context, source, tag);
}

const nothingFromNobody = (): Message => ({ data: undefined, source: PROC_NULL, tag: ANY_TAG });

function begun(
  endpoint: Endpoint,
  operation: Operation<unknown>,
  source: number,
  tag: number,
  options?: WaitOptions,
): void {
  const { driver, clock } = endpoint.engine;
  if (options !== undefined) {
    armWaitOptions(operation, options, driver, clock, () => intent(endpoint, source, tag));
  }
  driver.attend();
}

const intent = (endpoint: Endpoint, source: number, tag: number): string =>
  `receive ${envelope(endpoint, source, tag)}`;

/** A wanted envelope in words. */
export function envelope(endpoint: Endpoint, source: number, tag: number): string {
  const from = source === ANY_SOURCE ? 'any source' : `rank ${String(source)}`;
  const tagged = tag === ANY_TAG ? 'any tag' : `tag ${String(tag)}`;
  return `from ${from} with ${tagged} on ${endpoint.context.label()}`;
}
