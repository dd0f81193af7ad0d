/** Probes: what they tell, and that they take nothing. */
import { holdAtRanks, OVERSUBSCRIBED } from './hold-at-ranks.ts';

holdAtRanks('probing', [2, OVERSUBSCRIBED]);
