/** Some of several operations that were waited for together have failed; each one's status says which and why. */
import { MPIError } from './mpi-error.ts';

/** MPI_ERR_IN_STATUS (MPI-4.1 §3.7.5). */
export class StatusesError<S = unknown> extends MPIError {
  /**
   * One for each of the requests, in their order; those that failed have an `error`. Where not all were waited for it is empty
   * (of ANY_SOURCE) for those that are still pending, and those that an earlier call has handed out.
   */
  readonly statuses: readonly S[];

  constructor(message: string, statuses: readonly S[]) {
    super('MPI_ERR_IN_STATUS', message);
    this.statuses = statuses;
  }
}
