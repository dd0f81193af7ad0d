/**
 * Collectives that move data, with the algorithms of the table. Three ranks are those of collective-checks.test.ts, where
 * every call is compared first.
 */
import { holdAtRanks } from './hold-at-ranks.ts';

holdAtRanks('data-movement', [1, 2, 7]);
