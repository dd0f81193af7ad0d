/** Processes that were to be spawned could not be started. */
import { MPIError } from './mpi-error.ts';

/** MPI_ERR_SPAWN, with the reason for each process (MPI-4.1 §11.8.2). */
export class SpawnError extends MPIError {
  /** One error class for each process asked for, in the order of the commands: why it was not started. */
  readonly errcodes: readonly number[];

  constructor(message: string, errcodes: readonly number[]) {
    super('MPI_ERR_SPAWN', message);
    this.errcodes = errcodes;
  }
}
