/** Lists of values with one for each process, as scatter and alltoall take them. */
import { MPIError } from '../errors/mpi-error.ts';
import { type Endpoint, processes } from '../p2p/endpoint.ts';

/** Throws unless there is one value for each of the endpoint's ranks. */
export function checkValues<T>(
  endpoint: Endpoint,
  verb: string,
  values: readonly T[] | null | undefined,
): asserts values is readonly T[] {
  const size = endpoint.peers.length;
  if (Array.isArray(values) && values.length === size) return;
  const given: unknown = values;
  let has = given === null || given === undefined ? String(given) : `a ${typeof given}`;
  if (Array.isArray(given)) has = `${String(given.length)} value${given.length === 1 ? '' : 's'}`;
  throw new MPIError(
    'MPI_ERR_COUNT',
    `Cannot ${verb} ${has} on ${endpoint.context.label()}: an array of one value for each of ${processes(size)} is wanted`,
  );
}
