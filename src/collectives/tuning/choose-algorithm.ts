/**
 * The choice of a verb's algorithm. It must be the same at every process, so it may go by nothing but what all of
 * them know: the number of ranks, and lengths that the standard wants to be equal.
 */
import { MPIError } from '../../errors/mpi-error.ts';
import { type AlgorithmRow, type AlgorithmTable, type Algorithms, COMMON } from './algorithms.ts';

/**
 * The table's algorithm by messages for a message of so many bytes among so many processes. Verbs pass the table of their end
 * (`endpoint.algorithms`), where the user may have forced a choice.
 */
export function chooseAlgorithm<V extends keyof Algorithms>(
  verb: V,
  bytes: number,
  ranks: number,
  table: AlgorithmTable,
): Algorithms[V] {
  const rows: readonly AlgorithmRow[] = table[verb];
  for (const row of rows) {
    if (row.algorithm !== COMMON && covers(row, bytes, ranks)) return row.algorithm as Algorithms[V];
  }
  throw new MPIError(
    'MPI_ERR_INTERN',
    `Cannot choose an algorithm for ${verb} of ${String(bytes)} bytes among ${String(ranks)} ranks: the table has no row that covers them`,
  );
}

/** Whether the table would have it go by the memory that the members have in common. */
export function prefersCommon(
  verb: keyof Algorithms,
  bytes: number,
  ranks: number,
  table: AlgorithmTable,
): boolean {
  const rows: readonly AlgorithmRow[] = table[verb];
  return rows.find((row) => covers(row, bytes, ranks))?.algorithm === COMMON;
}

const covers = ({ upToBytes, upToRanks = Infinity }: AlgorithmRow, bytes: number, ranks: number): boolean =>
  bytes <= upToBytes && ranks <= upToRanks;
