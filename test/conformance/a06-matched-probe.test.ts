/** A06 matched probe: probes that take the message out of the queue. Two-rank cases run in all pairs at once where there are more. */
import { holdAtRanks, OVERSUBSCRIBED } from '../api/hold-at-ranks.ts';

holdAtRanks('a06-matched-probe', [2, OVERSUBSCRIBED]);
