/**
 * Where each algorithm is the best: the first row that covers the bytes and the ranks is taken. Every process must come
 * to the same choice, so all of one job use the same table. What the bytes are, says algorithms.ts.
 *
 * These limits follow from the costs in the algorithms' headers and, up to four ranks, from a comparison of the algorithms in turns;
 * `npm run bench -- --tune` measures them all.
 */
import type { AlgorithmTable } from './algorithms.ts';

export const ALGORITHM_TABLE: AlgorithmTable = {
  barrier: [
    { upToBytes: Infinity, upToRanks: 16, algorithm: 'common' },
    { upToBytes: Infinity, upToRanks: 8, algorithm: 'spread' },
    { upToBytes: Infinity, algorithm: 'dissemination' },
  ],
  bcastInto: [
    { upToBytes: Infinity, upToRanks: 16, algorithm: 'common' },
    { upToBytes: Infinity, upToRanks: 4, algorithm: 'flat' },
    { upToBytes: 4096, upToRanks: 8, algorithm: 'flat' },
    { upToBytes: Infinity, upToRanks: 8, algorithm: 'binomial' },
    { upToBytes: 524288, algorithm: 'binomial' },
    { upToBytes: Infinity, algorithm: 'scatter-allgather' },
  ],
  gather: [
    { upToBytes: Infinity, upToRanks: 64, algorithm: 'flat' },
    { upToBytes: Infinity, algorithm: 'binomial' },
  ],
  gatherInto: [
    { upToBytes: Infinity, upToRanks: 64, algorithm: 'flat' },
    { upToBytes: 1024, algorithm: 'binomial' },
    { upToBytes: Infinity, algorithm: 'flat' },
  ],
  scatter: [
    { upToBytes: Infinity, upToRanks: 64, algorithm: 'flat' },
    { upToBytes: Infinity, algorithm: 'binomial' },
  ],
  scatterInto: [
    { upToBytes: Infinity, upToRanks: 64, algorithm: 'flat' },
    { upToBytes: 1024, algorithm: 'binomial' },
    { upToBytes: Infinity, algorithm: 'flat' },
  ],
  allgather: [
    { upToBytes: Infinity, upToRanks: 8, algorithm: 'spread' },
    { upToBytes: Infinity, algorithm: 'bruck' },
  ],
  allgatherInto: [
    { upToBytes: Infinity, upToRanks: 16, algorithm: 'common' },
    { upToBytes: Infinity, upToRanks: 4, algorithm: 'spread' },
    { upToBytes: 8192, upToRanks: 8, algorithm: 'spread' },
    { upToBytes: 8192, algorithm: 'recursive-doubling' },
    { upToBytes: Infinity, algorithm: 'ring' },
  ],
  allgathervInto: [
    { upToBytes: 65536, upToRanks: 8, algorithm: 'spread' },
    { upToBytes: 65536, algorithm: 'bruck' },
    { upToBytes: Infinity, algorithm: 'ring' },
  ],
  interAllgather: [
    { upToBytes: Infinity, upToRanks: 8, algorithm: 'spread' },
    { upToBytes: Infinity, algorithm: 'leaders' },
  ],
  interAllgatherInto: [
    { upToBytes: Infinity, upToRanks: 8, algorithm: 'spread' },
    { upToBytes: 1024, algorithm: 'leaders' },
    { upToBytes: Infinity, algorithm: 'spread' },
  ],
  alltoall: [
    { upToBytes: Infinity, upToRanks: 32, algorithm: 'spread' },
    { upToBytes: Infinity, algorithm: 'bruck' },
  ],
  alltoallInto: [
    { upToBytes: Infinity, upToRanks: 16, algorithm: 'common' },
    { upToBytes: Infinity, upToRanks: 8, algorithm: 'spread' },
    { upToBytes: 256, algorithm: 'bruck' },
    { upToBytes: 32768, algorithm: 'spread' },
    { upToBytes: Infinity, algorithm: 'pairwise' },
  ],
  reduceInto: [
    { upToBytes: Infinity, upToRanks: 16, algorithm: 'common' },
    { upToBytes: Infinity, upToRanks: 4, algorithm: 'flat' },
    { upToBytes: 4096, upToRanks: 8, algorithm: 'flat' },
    { upToBytes: 32768, algorithm: 'binomial' },
    { upToBytes: Infinity, algorithm: 'scatter-gather' },
  ],
  // Doubling wants a power of two; by shares or around a ring any number shares the load.
  allreduceInto: [
    { upToBytes: Infinity, upToRanks: 16, algorithm: 'common' },
    { upToBytes: 4096, upToRanks: 2, algorithm: 'recursive-doubling' },
    { upToBytes: 4096, upToRanks: 3, algorithm: 'spread' },
    { upToBytes: 4096, upToRanks: 4, algorithm: 'recursive-doubling' },
    { upToBytes: 4096, upToRanks: 7, algorithm: 'spread' },
    { upToBytes: 32768, algorithm: 'recursive-doubling' },
    { upToBytes: Infinity, upToRanks: 2, algorithm: 'rabenseifner' },
    { upToBytes: 524288, algorithm: 'rabenseifner' },
    { upToBytes: Infinity, upToRanks: 8, algorithm: 'shares' },
    { upToBytes: Infinity, algorithm: 'ring' },
  ],
  reduceScatterInto: [
    { upToBytes: 16384, algorithm: 'recursive-halving' },
    { upToBytes: Infinity, algorithm: 'pairwise' },
  ],
};
