/** A09 truncation: a message that is longer than the buffer. Two-rank cases run in all pairs at once where there are more. */
import { holdAtRanks, OVERSUBSCRIBED } from '../api/hold-at-ranks.ts';

holdAtRanks('a09-truncation', [2, OVERSUBSCRIBED]);
