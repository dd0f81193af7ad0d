/** Sending and receiving at once, in rings and lines. */
import { holdAtRanks } from './hold-at-ranks.ts';

holdAtRanks('sendrecv', [1, 2, 3, 7]);
