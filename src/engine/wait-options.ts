/** Timeouts and abort signals of an operation: whichever fires first takes it back. */
import { ERROR_CLASSES, type ErrorClassName } from '../errors/error-classes.ts';
import { type AddedErrorCode, MPIError } from '../errors/mpi-error.ts';
import type { Clock } from '../system/clock.ts';
import type { Driver } from './driver.ts';
import type { Operation } from './operation.ts';
import type { WaitOptions } from './request.ts';

/**
 * Arms them; `what` names the operation in the error, e.g. `receive from rank 1 of "MPI_COMM_WORLD"`. Where the standard has a
 * class for such an operation that comes to nothing, the timeout is a code of that class.
 *
 * @param from when the time began, for an operation that is the next of several: now where it is left out
 */
export function armWaitOptions(
  operation: Operation<unknown>,
  options: WaitOptions,
  driver: Driver,
  clock: Clock,
  what: () => string,
  errorClass: ErrorClassName = 'MPI_ERR_TIMEOUT',
  from?: number,
): void {
  if (operation.done) return;
  const { signal, timeout } = options;
  const onAbort = (): void => void operation.withdraw(signal?.reason);
  const unwatchSignal = signal === undefined ? null : driver.aborts.watch(signal, onAbort);
  const expire = (): void => {
    const error = new MPIError(
      codeOf(errorClass),
      `Cannot ${what()}: nothing came of it within ${String(timeout)} ms`,
    );
    // What has gone too far to be given up ends by itself: the time does not count any more.
    if (!operation.withdraw(error)) driver.unwatchDeadline(operation);
  };
  const bounded = timeout !== undefined && timeout !== Infinity;
  const now = bounded ? clock.now() : 0;
  const deadline = bounded ? (from ?? now) + timeout : Infinity;
  const timer = bounded ? setTimeout(expire, Math.max(0, deadline - now)) : undefined;
  operation.limit = {
    deadline,
    expire,
    release() {
      unwatchSignal?.();
      clearTimeout(timer);
      driver.unwatchDeadline(operation);
    },
  };
  if (bounded) driver.watchDeadline(operation);
}

const codeOf = (errorClass: ErrorClassName): AddedErrorCode => ({
  name: 'MPI_ERR_TIMEOUT',
  errorCode: ERROR_CLASSES.MPI_ERR_TIMEOUT[0],
  errorClass: ERROR_CLASSES[errorClass][0],
});

/**
 * True where the signal has fired already: then the operation is not even begun. Throws where the options are none,
 * so it is asked before anything else is done.
 */
export function hasFired(
  options: WaitOptions,
  what: () => string,
): options is WaitOptions & { signal: AbortSignal } {
  const { signal, timeout } = options;
  checkTimeout(timeout, what);
  checkSignal(signal, what);
  return signal?.aborted === true;
}

/** The longest timeout that Node's timers take. */
const TIMEOUT_MS_MAX = 2 ** 31 - 1;

function checkTimeout(timeout: unknown, what: () => string): void {
  if (timeout === undefined || timeout === Infinity) return;
  if (typeof timeout === 'number' && timeout >= 0 && timeout <= TIMEOUT_MS_MAX) return;
  throw new MPIError(
    'MPI_ERR_ARG',
    `Cannot ${what()}: timeout is ${typeof timeout === 'number' ? String(timeout) : `of type ${typeof timeout}`}; milliseconds from 0 to ${String(TIMEOUT_MS_MAX)} are wanted, or Infinity`,
  );
}

function checkSignal(signal: unknown, what: () => string): void {
  if (signal === undefined || signal instanceof AbortSignal) return;
  throw new MPIError(
    'MPI_ERR_ARG',
    `Cannot ${what()}: signal is of type ${typeof signal}; an AbortSignal is wanted`,
  );
}
