/**
 * Which algorithms each verb may choose from, and the form of the table that it chooses by.
 *
 * A verb that is missing here has one algorithm alone. Verbs without `Into` move values, whose length the processes
 * do not know of each other, and a barrier moves nothing: their choice goes by the number of ranks alone.
 *
 * Bytes are those of the whole buffer for bcast, of one rank's part for gather, scatter, allgather (of all parts
 * together where they differ) and alltoall, between two groups of the longer direction's part, of what one rank gives for the reductions. Values count as 0 bytes: no
 * process knows how long the others' are.
 */

/** The names of each verb's algorithms; `PARLEY_ALGORITHM` takes them (forced-algorithms.ts). */
export const ALGORITHMS = {
  barrier: ['common', 'dissemination', 'spread'],
  bcastInto: ['binomial', 'common', 'flat', 'scatter-allgather'],
  gather: ['flat', 'binomial'],
  gatherInto: ['flat', 'binomial'],
  scatter: ['flat', 'binomial'],
  scatterInto: ['flat', 'binomial'],
  allgather: ['bruck', 'ring', 'spread'],
  allgatherInto: ['bruck', 'common', 'recursive-doubling', 'ring', 'spread'],
  allgathervInto: ['bruck', 'ring', 'spread'],
  interAllgather: ['leaders', 'spread'],
  interAllgatherInto: ['leaders', 'spread'],
  alltoall: ['bruck', 'spread'],
  alltoallInto: ['bruck', 'common', 'pairwise', 'spread'],
  reduceInto: ['binomial', 'common', 'flat', 'scatter-gather'],
  allreduceInto: ['common', 'recursive-doubling', 'rabenseifner', 'ring', 'reduce-bcast', 'shares', 'spread'],
  reduceScatterInto: ['pairwise', 'recursive-halving'],
} as const;

/** The one that goes by the memory that the members have in common, where they have any; the others go by messages. */
export const COMMON = 'common';

type Named = { readonly [V in keyof typeof ALGORITHMS]: (typeof ALGORITHMS)[V][number] };
/** The algorithms by verb that go by messages. */
export type Algorithms = { readonly [V in keyof Named]: Exclude<Named[V], typeof COMMON> };

/** One line of the table: up to where an algorithm is the best. */
export interface AlgorithmRow<A extends string = string> {
  /** Bytes of the message, both ends included; each verb says which it means. */
  readonly upToBytes: number;
  /** The largest number of processes; any where it is not given. */
  readonly upToRanks?: number;
  readonly algorithm: A;
}

/**
 * The first row that covers bytes and ranks is the choice; the last one of each verb covers everything, by messages. Rows of
 * {@link COMMON} are passed over where there is no such memory.
 */
export type AlgorithmTable = {
  readonly [V in keyof Algorithms]: readonly AlgorithmRow<Named[V]>[];
};
