/** Who gets which part of a vector that is shared out: the ranks' shares, one behind the other. */
import { MPIError } from '../../errors/mpi-error.ts';
import { type Endpoint, processes } from '../../p2p/endpoint.ts';
import type { TypedArray } from '../../wire/element-type.ts';

const VERB = 'reduce-scatter';

export class Shares {
  /** Where each rank's share begins, and where the last one ends. */
  readonly #starts: readonly number[];

  constructor(starts: readonly number[]) {
    this.#starts = starts;
  }

  /** The share of a rank: a view. */
  of(elements: TypedArray, rank: number): TypedArray {
    return this.between(elements, rank, rank + 1);
  }

  /** The shares of the ranks from `first` to before `end`. */
  between(elements: TypedArray, first: number, end: number): TypedArray {
    return elements.subarray(this.#starts[first], this.#starts[end]);
  }
}

/** By counts, one for each of the endpoint's ranks; throws unless they are as many elements in all. */
export function sharesByCounts(endpoint: Endpoint, counts: readonly number[], elements: number): Shares {
  checkCounts(endpoint, counts);
  const starts = [0];
  let end = 0;
  for (const count of counts) starts.push((end += count));
  if (end === elements) return new Shares(starts);
  throw new MPIError(
    'MPI_ERR_COUNT',
    `Cannot ${VERB} ${String(elements)} elements on ${endpoint.context.label()}: the counts are ${String(end)} in all; they must be as many`,
  );
}

/** As many elements for everybody; throws where they cannot be shared out so. */
export function evenShares(endpoint: Endpoint, elements: number): Shares {
  const size = endpoint.peers.length;
  if (elements % size === 0) {
    return new Shares(Array.from({ length: size + 1 }, (_, rank) => (rank * elements) / size));
  }
  throw new MPIError(
    'MPI_ERR_BUFFER',
    `Cannot ${VERB} ${String(elements)} elements on ${endpoint.context.label()}: as many for each of ${processes(size)} are wanted`,
  );
}

function checkCounts(endpoint: Endpoint, counts: readonly number[]): void {
  const size = endpoint.peers.length;
  const given: unknown = counts;
  const isCount = (count: unknown): boolean => Number.isSafeInteger(count) && (count as number) >= 0;
  if (Array.isArray(given) && given.length === size && given.every(isCount)) return;
  const has = Array.isArray(given) ? `the counts [${given.join(', ')}]` : `${String(given)} for counts`;
  throw new MPIError(
    'MPI_ERR_COUNT',
    `Cannot ${VERB} with ${has} on ${endpoint.context.label()}: an array of one whole number from 0 on for each of ${processes(size)} is wanted`,
  );
}
