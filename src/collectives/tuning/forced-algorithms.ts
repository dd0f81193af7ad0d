/**
 * The algorithms that a user forces on a job by its environment, for measuring and for hosts unlike ours:
 *
 *     PARLEY_ALGORITHM=bcastInto=scatter-allgather,allreduceInto=ring
 *
 * A verb that is named here takes that algorithm whatever the size; the others go by the table. All ranks of a job must
 * be given the same, as the launcher does that hands its environment on.
 */
import { MPIError } from '../../errors/mpi-error.ts';
import { ALGORITHMS, type AlgorithmRow, type AlgorithmTable, type Algorithms, COMMON } from './algorithms.ts';

export const ALGORITHM_VARIABLE = 'PARLEY_ALGORITHM';

/** `table`, but for the verbs that the environment names. */
export function withForcedAlgorithms(table: AlgorithmTable, variables: NodeJS.ProcessEnv): AlgorithmTable {
  const forced: Partial<Record<keyof Algorithms, readonly AlgorithmRow[]>> = {};
  for (const part of (variables[ALGORITHM_VARIABLE] ?? '').split(',')) {
    const text = part.trim();
    if (text === '') continue;
    const [verb = '', algorithm = ''] = text.split('=').map((word) => word.trim());
    if (!isVerb(verb)) {
      throw bad(text, `there is no choice for "${verb}", but for ${Object.keys(ALGORITHMS).join(', ')}`);
    }
    const names: readonly string[] = ALGORITHMS[verb];
    if (!names.includes(algorithm)) {
      throw bad(text, `"${algorithm}" is no algorithm of ${verb}, which has ${names.join(', ')}`);
    }
    // Where there is no memory in common it goes by messages all the same.
    const otherwise: readonly AlgorithmRow[] = algorithm === COMMON ? table[verb] : [];
    forced[verb] = [{ upToBytes: Infinity, algorithm }, ...otherwise];
  }
  // Every name was looked up among those of its verb.
  return { ...table, ...forced } as AlgorithmTable;
}

function isVerb(text: string): text is keyof Algorithms {
  return Object.hasOwn(ALGORITHMS, text);
}

function bad(text: string, wanted: string): MPIError {
  return new MPIError(
    'MPI_ERR_ARG',
    `Cannot take "${text}" of ${ALGORITHM_VARIABLE}: ${wanted}; verb=algorithm is wanted, several with commas between them`,
  );
}
