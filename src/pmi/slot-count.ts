/** How many processes a universe has room for that nobody has started by hand: PARLEY_SLOTS=N, by default the cores. */
import { MPIError } from '../errors/mpi-error.ts';

/** Its name. `parley run` reads it, too, where it is given no `--slots`. */
export const SLOTS_VARIABLE = 'PARLEY_SLOTS';

/** The number that the environment gives, or that of the cores; throws MPI_ERR_ARG where it is none. */
export function slotCount(variables: NodeJS.ProcessEnv, cores: number): number {
  const text = variables[SLOTS_VARIABLE] ?? '';
  if (text === '') return cores;
  const count = /^\d+$/.test(text) ? Number(text) : 0;
  if (count >= 1 && Number.isSafeInteger(count)) return count;
  throw new MPIError(
    'MPI_ERR_ARG',
    `Cannot make a universe of ${JSON.stringify(text)} slots, as ${SLOTS_VARIABLE} says: a whole number from 1 is wanted`,
  );
}
