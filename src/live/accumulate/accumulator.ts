/**
 * What all accumulators have in common: a client adds, sends the state as part of an update, and begins again; the master merges
 * states into one of its own. An accumulator is a state itself, so that two of them merge as well.
 *
 * ```ts
 * const histogram = new Histogram({ bins: 100, from: 0, to: 50 });
 * const pusher = stream.pusher({
 *   everyMs: 100,
 *   fill: (md) => {
 *     md.small.energies = histogram.state();
 *     histogram.reset();
 *   },
 * });
 * ```
 *
 * Counts and sums of integers are exact, whatever the order of merging; so are sums of numbers whose sums float64 holds exactly.
 * All others differ by rounding alone.
 */
import { MPIError } from '../../index.ts';

export interface Accumulator<State> {
  /** Plain values and typed arrays of the accumulator itself: send them, or copy them, before it goes on. */
  state(): State;
  /** Takes in what another one has added up. */
  merge(other: State): void;
  /** Begins again; what `state()` has given keeps its values. */
  reset(): void;
}

/** @throws {MPIError} MPI_ERR_ARG where the lengths differ: nothing is added up by halves. */
export function requireLength(what: string, length: number, wanted: number): void {
  if (length === wanted) return;
  throw new MPIError(
    'MPI_ERR_ARG',
    `Cannot add ${length} values to a ${what} of ${wanted}: as many are wanted`,
  );
}

/** @throws {MPIError} MPI_ERR_ARG */
export function requirePositive(what: string, value: number): void {
  if (Number.isSafeInteger(value) && value > 0) return;
  throw new MPIError('MPI_ERR_ARG', `Cannot make ${what} ${value}: a whole number of at least 1 is wanted`);
}
