/** A13 non-blocking dup: it blocks nothing, and its result works. */
import { holdAtRanks } from '../api/hold-at-ranks.ts';

holdAtRanks('a13-nonblocking-dup', [4]);
