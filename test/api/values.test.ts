/** Values of every kind between processes. */
import { holdAtRanks } from './hold-at-ranks.ts';

holdAtRanks('values', [2]);
