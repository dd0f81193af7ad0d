/** An accept at a port that is closed: how a server that accepts one client after the other comes to its end. */
import { MPIError } from '../errors/mpi-error.ts';

export class PortClosedError extends MPIError {
  constructor(message: string) {
    super('MPI_ERR_PORT', message);
  }
}
