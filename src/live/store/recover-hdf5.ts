/** The door to recovery: the HDF5 library, a tenth of a second to load, comes only when somebody goes through it. */

import type { Hdf5Recovery } from './hdf5-recover.ts';

/**
 * Recovers one file (or part) of an HDF5 store, in place. It is synchronous work, about a second for each gigabyte.
 *
 * @throws {MPIError} MPI_ERR_IO where the file is not there, or no file of a store; MPI_ERR_FILE_IN_USE where a store writes to it.
 */
export async function recoverHdf5(path: string): Promise<Hdf5Recovery> {
  const { recoverFile } = await import('./hdf5-recover.ts');
  return recoverFile(path);
}
