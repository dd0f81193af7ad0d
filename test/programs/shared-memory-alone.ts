/** A process that has no job shares memory with nobody. */
import * as MPI from 'parley';

try {
  MPI.createSharedMemory(8);
} catch (error) {
  console.log((error as MPI.MPIError).code);
}
