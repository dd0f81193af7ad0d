/** A failure as processes tell each other of it, so that all of them end with the same error. */
import { ERROR_CLASSES, type ErrorClassName } from '../errors/error-classes.ts';
import { MPIError } from '../errors/mpi-error.ts';
import { ProcessFailedError } from '../errors/process-failed-error.ts';

export interface ToldFailure {
  readonly failed: string;
  readonly why: string;
}

export function tellFailure(error: unknown): ToldFailure {
  const failed = error instanceof MPIError && error.code in ERROR_CLASSES ? error.code : 'MPI_ERR_OTHER';
  const message = error instanceof Error ? error.message : String(error);
  // Whoever makes an error of it again adds the class.
  return { failed, why: message.replace(/ \(\w+\)$/, '') };
}

export function isFailure(told: object): told is ToldFailure {
  return 'failed' in told;
}

/** The error that was told of. */
export function errorOf({ failed, why }: ToldFailure): MPIError {
  if (failed === 'MPI_ERR_PROC_FAILED') return new ProcessFailedError(why, []);
  return new MPIError(failed in ERROR_CLASSES ? (failed as ErrorClassName) : 'MPI_ERR_OTHER', why);
}
