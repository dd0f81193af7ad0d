/** A10 error in status: waiting for all says which have failed. Two-rank cases run in all pairs at once where there are more. */
import { holdAtRanks, OVERSUBSCRIBED } from '../api/hold-at-ranks.ts';

holdAtRanks('a10-error-in-status', [2, OVERSUBSCRIBED]);
