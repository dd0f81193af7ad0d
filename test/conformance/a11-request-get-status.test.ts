/** A11 request get_status: asking for the status changes nothing. Two-rank cases run in all pairs at once where there are more. */
import { holdAtRanks, OVERSUBSCRIBED } from '../api/hold-at-ranks.ts';

holdAtRanks('a11-request-get-status', [2, OVERSUBSCRIBED]);
