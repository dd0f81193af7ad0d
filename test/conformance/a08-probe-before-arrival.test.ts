/** A08 probe before arrival: a probe that waits is woken by whatever comes. */
import { holdAtRanks, OVERSUBSCRIBED } from '../api/hold-at-ranks.ts';

holdAtRanks('a08-probe-before-arrival', [2, 4, OVERSUBSCRIBED]);
