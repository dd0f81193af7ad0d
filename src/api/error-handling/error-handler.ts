/** What can be done about an error beside throwing it: the predefined error handlers (MPI-4.1 §9.3). */
import { MPIError } from '../../errors/mpi-error.ts';

/**
 * Errors throw, or reject the request, and the program decides: the default, as exceptions are JavaScript's way
 * (MPI_ERRORS_RETURN).
 */
export const ERRORS_RETURN: unique symbol = Symbol('ERRORS_RETURN');

/** Any error aborts every connected process (MPI_ERRORS_ARE_FATAL). */
export const ERRORS_ARE_FATAL: unique symbol = Symbol('ERRORS_ARE_FATAL');

/** Any error aborts the processes of its communicator (MPI_ERRORS_ABORT). */
export const ERRORS_ABORT: unique symbol = Symbol('ERRORS_ABORT');

export type PredefinedErrorHandler = typeof ERRORS_RETURN | typeof ERRORS_ARE_FATAL | typeof ERRORS_ABORT;

/** An error handler of communicators of type C. */
export type ErrorHandlerOf<C> = PredefinedErrorHandler | ((comm: C, error: MPIError) => void);

/** Throws unless it is an error handler. */
export function checkErrorHandler(handler: unknown, label: string): void {
  if (handler === ERRORS_RETURN || handler === ERRORS_ARE_FATAL || handler === ERRORS_ABORT) return;
  if (typeof handler === 'function') return;
  throw new MPIError(
    'MPI_ERR_ERRHANDLER',
    `Cannot set a ${typeof handler} as the error handler of ${label}: ERRORS_RETURN, ERRORS_ARE_FATAL, ERRORS_ABORT or a function is wanted`,
  );
}
