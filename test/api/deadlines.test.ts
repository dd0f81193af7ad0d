/** Timeouts and abort signals of every operation that has them. */
import { holdAtRanks, OVERSUBSCRIBED } from './hold-at-ranks.ts';

holdAtRanks('deadlines', [2, OVERSUBSCRIBED]);
