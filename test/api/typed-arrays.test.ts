/** Raw elements of every class between processes. */
import { holdAtRanks } from './hold-at-ranks.ts';

holdAtRanks('typed-arrays', [2]);
