/** Receiving by envelope, as a value or into a buffer. */
import { holdAtRanks, OVERSUBSCRIBED } from './hold-at-ranks.ts';

holdAtRanks('receiving', [2, OVERSUBSCRIBED]);
