/** Some of several operations that were waited for together have failed; each one's status says which and why. */
import { MPIError } from './mpi-error.ts';

/** MPI_ERR_IN_STATUS (MPI-4.1 §3.7.5). */
export class StatusesError<S = unknown> extends MPIError {
  /** In the order of the requests; those that failed have an `error`. */
  readonly statuses: readonly S[];

  constructor(message: string, statuses: readonly S[]) {
    super('MPI_ERR_IN_STATUS', message);
    this.statuses = statuses;
  }
}
