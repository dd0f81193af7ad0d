/** The four modes of sending: what each promises. */
import { holdAtRanks, OVERSUBSCRIBED } from './hold-at-ranks.ts';

holdAtRanks('send-modes', [2, OVERSUBSCRIBED]);
