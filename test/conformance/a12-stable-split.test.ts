/** A12 stable split: ties in the key go by the old rank. */
import { holdAtRanks } from '../api/hold-at-ranks.ts';

holdAtRanks('a12-stable-split', [5, 10]);
