/** A61 error handlers: called once, inherited by duplicates. */
import { holdAtRanks } from '../api/hold-at-ranks.ts';

holdAtRanks('a61-error-handlers', [1, 2]);
