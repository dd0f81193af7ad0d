/** The first collectives. */
import { holdAtRanks } from './hold-at-ranks.ts';

holdAtRanks('collectives', [1, 2, 3, 4, 7]);
