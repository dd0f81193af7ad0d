/** A07 any/any ordering: wildcard receives match in the order in which they were posted. Two-rank cases run in all pairs at once where there are more. */
import { holdAtRanks, OVERSUBSCRIBED } from '../api/hold-at-ranks.ts';

holdAtRanks('a07-any-any-ordering', [2, OVERSUBSCRIBED]);
