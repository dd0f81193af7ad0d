/**
 * Reductions over the real transport: every verb, every operation, short and long; with the algorithms of the table, and with
 * those that it would not take at so few ranks.
 */
import { holdAtRanks } from './hold-at-ranks.ts';

holdAtRanks('reductions', [1, 2, 3]);
holdAtRanks('reductions', [4], {
  env: { PARLEY_ALGORITHM: 'reduceInto=binomial,allreduceInto=recursive-doubling' },
});
holdAtRanks('reductions', [7], { env: { PARLEY_ALGORITHM: 'reduceInto=flat,allreduceInto=shares' } });
