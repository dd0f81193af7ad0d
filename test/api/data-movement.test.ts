/**
 * Collectives that move data: with the algorithms of the table, and with those that it would not take at so few ranks. Three
 * ranks are those of collective-checks.test.ts, where every call is compared first.
 */
import { describe } from 'node:test';
import { holdAtRanks } from './hold-at-ranks.ts';

holdAtRanks('data-movement', [1, 2, 7]);

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
