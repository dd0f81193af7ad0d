/** Timeouts and abort signals of an operation: whichever fires first takes it back. */
import { MPIError } from '../errors/mpi-error.ts';
import type { Clock } from '../system/clock.ts';
import type { Driver } from './driver.ts';
import type { Operation } from './operation.ts';
import type { WaitOptions } from './request.ts';

/** Arms them; `what` names the operation in the error, e.g. `receive from rank 1 of "MPI_COMM_WORLD"`. */
export function armWaitOptions(
  operation: Operation<unknown>,
  options: WaitOptions,
  driver: Driver,
  clock: Clock,
  what: () => string,
): void {
  const { signal, timeout } = options;
  checkTimeout(timeout, what);
  if (operation.done) return;
  if (signal?.aborted === true) {
    operation.withdraw(signal.reason);
    return;
  }
  const onAbort = (): void => void operation.withdraw(signal?.reason);
  signal?.addEventListener('abort', onAbort, { once: true });
  const expire = (): void => {
    const error = new MPIError(
      'MPI_ERR_TIMEOUT',
      `Cannot ${what()}: nothing came of it within ${String(timeout)} ms`,
    );
    operation.withdraw(error);
  };
  const bounded = timeout !== undefined && timeout !== Infinity;
  const timer = bounded ? setTimeout(expire, timeout) : undefined;
  operation.limit = {
    deadline: bounded ? clock.now() + timeout : Infinity,
    expire,
    release() {
      signal?.removeEventListener('abort', onAbort);
      clearTimeout(timer);
      driver.unwatchDeadline(operation);
    },
  };
  if (bounded) driver.watchDeadline(operation);
}

/** The longest timeout that Node's timers take. */
const TIMEOUT_MS_MAX = 2 ** 31 - 1;

function checkTimeout(timeout: unknown, what: () => string): void {
  if (timeout === undefined || timeout === Infinity) return;
  if (typeof timeout === 'number' && timeout >= 0 && timeout <= TIMEOUT_MS_MAX) return;
  throw new MPIError(
    'MPI_ERR_ARG',
    `Cannot ${what()}: timeout is ${String(timeout)}; milliseconds from 0 to ${String(TIMEOUT_MS_MAX)} are wanted, or Infinity`,
  );
}
