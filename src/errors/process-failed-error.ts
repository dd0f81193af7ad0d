/** A peer has died, or has left while something was still expected of it. */
import { MPIError } from './mpi-error.ts';

/** MPI_ERR_PROC_FAILED, with the ranks that it is about. */
export class ProcessFailedError extends MPIError {
  /** Ranks of the communicator's (remote) group that have failed since the last such error told of them. */
  readonly failedRanks: readonly number[];

  constructor(message: string, failedRanks: readonly number[]) {
    super('MPI_ERR_PROC_FAILED', message);
    this.failedRanks = failedRanks;
  }
}
