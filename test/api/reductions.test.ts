/** Reductions over the real transport: every verb, every operation, short and long. */
import { holdAtRanks } from './hold-at-ranks.ts';

holdAtRanks('reductions', [1, 2, 3, 4, 7]);
