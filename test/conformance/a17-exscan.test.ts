/** A17 exscan: values, in place, rank 0 untouched. */
import { holdAtRanks } from '../api/hold-at-ranks.ts';

holdAtRanks('a17-exscan', [4, 7]);
