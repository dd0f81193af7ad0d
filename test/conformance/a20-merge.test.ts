/** A20 merge: sizes and order by the high flag. */
import { holdAtRanks } from '../api/hold-at-ranks.ts';

holdAtRanks('a20-merge', [8]);
