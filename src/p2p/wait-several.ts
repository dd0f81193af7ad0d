/** Waiting for several operations at once with a blocked thread, and asking for them without (MPI-4.1 §3.7.5). */
import { MPIError } from '../errors/mpi-error.ts';
import { StatusesError } from '../errors/statuses-error.ts';
import { Operation } from '../engine/operation.ts';
import type { Driver } from '../engine/driver.ts';
import { emptyStatus, type Request, type Status } from '../engine/request.ts';
import { ANY_SOURCE, ANY_TAG, UNDEFINED } from '../model/constants.ts';

/** One of several operations, with its place among them. */
export interface Indexed<T> {
  readonly index: number;
  readonly value: T;
}

/** Blocks until all are complete (MPI_Waitall). */
export function waitAll<T>(driver: Driver, requests: readonly Request<T>[]): T[] {
  const operations = operationsOf(requests, 'waitAllSync');
  for (const operation of operations) if (!operation.done) driver.block(operation);
  return takeAll(operations);
}

/** Blocks until one is complete (MPI_Waitany). */
export function waitAny<T>(driver: Driver, requests: readonly Request<T>[]): Indexed<T> {
  const operations = operationsOf(requests, 'waitAnySync');
  if (operations.every((operation) => operation.handedOut)) return none();
  driver.blockUntil(() => operations.some(isNew), operations, { verb: 'waitAny', label: noLabel });
  return handOut(operations);
}

/** Blocks until at least one is complete; all that are (MPI_Waitsome). */
export function waitSome<T>(driver: Driver, requests: readonly Request<T>[]): Indexed<T>[] {
  const operations = operationsOf(requests, 'waitSomeSync');
  if (operations.every((operation) => operation.handedOut)) return [];
  driver.blockUntil(() => operations.some(isNew), operations, { verb: 'waitSome', label: noLabel });
  const complete = [...operations.entries()].filter(([, operation]) => isNew(operation));
  const failed = complete.filter(([, operation]) => operation.failed);
  if (failed.length > 0) {
    const error = statusesError(operations, (operation) => isNew(operation));
    // The error hands these out; what has succeeded comes with the next call.
    for (const [, operation] of failed) operation.handedOut = true;
    throw error;
  }
  for (const [, operation] of complete) operation.handedOut = true;
  return complete.map(([index, operation]) => ({ index, value: operation.take() }));
}

/** The results where all are complete (MPI_Testall). */
export function testAll<T>(driver: Driver, requests: readonly Request<T>[]): T[] | undefined {
  const operations = operationsOf(requests, 'testAll');
  if (!operations.every((operation) => operation.done)) driver.progress();
  return operations.every((operation) => operation.done) ? takeAll(operations) : undefined;
}

/** One that is complete, if any is (MPI_Testany). */
export function testAny<T>(driver: Driver, requests: readonly Request<T>[]): Indexed<T> | undefined {
  const operations = operationsOf(requests, 'testAny');
  if (operations.every((operation) => operation.handedOut)) return none();
  if (!operations.some(isNew)) driver.progress();
  return operations.some(isNew) ? handOut(operations) : undefined;
}

/** Several operations may be of several communicators. */
const noLabel = (): string => '';

/** Complete, and not yet handed out: a request that was is inactive, as in the standard. */
const isNew = (operation: Operation<unknown>): boolean => operation.done && !operation.handedOut;

/** What is said of a list without an active request. */
const none = <T>(): Indexed<T> => ({ index: UNDEFINED, value: undefined as T });

function handOut<T>(operations: readonly Operation<T>[]): Indexed<T> {
  for (const [index, operation] of operations.entries()) {
    if (!isNew(operation)) continue;
    operation.handedOut = true;
    return { index, value: operation.take() };
  }
  return none();
}

function takeAll<T>(operations: readonly Operation<T>[]): T[] {
  if (operations.some((operation) => operation.failed)) throw statusesError(operations, () => true);
  return operations.map((operation) => operation.take());
}

/** An error with a status for each operation, which is empty where the operation is none of those that are told of. */
function statusesError(
  operations: readonly Operation<unknown>[],
  isTold: (operation: Operation<unknown>) => boolean,
): StatusesError<Status> {
  const failed = operations.filter((operation) => operation.failed && isTold(operation));
  const statuses = operations.map((operation) =>
    isTold(operation) ? statusWithError(operation) : emptyStatus(ANY_SOURCE, ANY_TAG),
  );
  const [first] = failed;
  const why = first?.failure instanceof Error ? first.failure.message : String(first?.failure);
  return new StatusesError(
    `${String(failed.length)} of ${String(operations.length)} operations failed, see the error's statuses; the first: ${why}`,
    statuses,
  );
}

function statusWithError(operation: Operation<unknown>): Status {
  const status = operation.status() ?? emptyStatus(ANY_SOURCE, ANY_TAG);
  if (!operation.failed) return status;
  operation.tellObserver();
  const { failure } = operation;
  return {
    ...status,
    error: failure instanceof MPIError ? failure : new MPIError('MPI_ERR_OTHER', String(failure)),
  };
}

function operationsOf<T>(requests: readonly Request<T>[], call: string): Operation<T>[] {
  return Array.from(requests, (request, index) => {
    if (request instanceof Operation) return request as Operation<T>;
    throw new MPIError(
      'MPI_ERR_REQUEST',
      `Cannot ${call}: element ${String(index)} is ${(request as unknown) === null ? 'null' : typeof request}; requests that operations returned are wanted`,
    );
  });
}
