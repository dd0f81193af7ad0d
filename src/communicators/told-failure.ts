/** A failure as processes tell each other of it, so that all of them end with the same error. */
import { ERROR_CLASSES, type ErrorClassName } from '../errors/error-classes.ts';
import { MPIError } from '../errors/mpi-error.ts';
import { ProcessFailedError } from '../errors/process-failed-error.ts';

export interface ToldFailure {
  readonly failed: string;
  /** The class, where the failure is a code of another one: that of a timeout may be. */
  readonly errorClass?: number;
  readonly why: string;
}

export function tellFailure(error: unknown): ToldFailure {
  const failed = error instanceof MPIError && error.code in ERROR_CLASSES ? error.code : 'MPI_ERR_OTHER';
  const message = error instanceof Error ? error.message : String(error);
  // Whoever makes an error of it again adds the class.
  const told = { failed, why: message.replace(/ \(\w+\)$/, '') };
  if (failed === 'MPI_ERR_OTHER' || !(error instanceof MPIError)) return told;
  return error.errorClass === error.errorCode ? told : { ...told, errorClass: error.errorClass };
}

export function isFailure(told: object): told is ToldFailure {
  return 'failed' in told;
}

/** The error that was told of. */
export function errorOf({ failed, errorClass, why }: ToldFailure): MPIError {
  if (failed === 'MPI_ERR_PROC_FAILED') return new ProcessFailedError(why, []);
  const name = failed in ERROR_CLASSES ? (failed as ErrorClassName) : 'MPI_ERR_OTHER';
  if (errorClass === undefined) return new MPIError(name, why);
  return new MPIError({ name, errorCode: ERROR_CLASSES[name][0], errorClass }, why);
}
