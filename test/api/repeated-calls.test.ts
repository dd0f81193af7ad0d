/** Collectives of a loop. */
import { holdAtRanks, OVERSUBSCRIBED } from './hold-at-ranks.ts';

holdAtRanks('repeated-calls', [2, 3, OVERSUBSCRIBED]);
