/** Collectives that move data, with algorithms that the table would not take at so few ranks. */
import { describe } from 'node:test';
import { holdAtRanks } from './hold-at-ranks.ts';

/** What combines messages, and what goes around. */
const FORCED: readonly (readonly string[])[] = [
  [
    'bcastInto=scatter-allgather',
    'gather=binomial',
    'gatherInto=binomial',
    'scatter=binomial',
    'scatterInto=binomial',
    'allgather=bruck',
    'allgatherInto=bruck',
    'allgathervInto=bruck',
    'interAllgather=leaders',
    'interAllgatherInto=leaders',
    'alltoall=bruck',
    'alltoallInto=bruck',
  ],
  [
    'barrier=dissemination',
    'bcastInto=binomial',
    'allgather=ring',
    'allgatherInto=recursive-doubling',
    'allgathervInto=ring',
    'alltoallInto=pairwise',
  ],
];

for (const algorithms of FORCED) {
  describe(`with ${algorithms.join(', ')}`, () => {
    holdAtRanks('data-movement', [4], { args: ['moves'], env: { PARLEY_ALGORITHM: algorithms.join(',') } });
  });
}
