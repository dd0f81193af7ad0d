/** Collectives that move data. */
import { holdAtRanks } from './hold-at-ranks.ts';

holdAtRanks('data-movement', [1, 2, 3, 4, 7]);
