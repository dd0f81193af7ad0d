/** A15 free with a pending receive: it completes all the same. */
import { holdAtRanks } from '../api/hold-at-ranks.ts';

holdAtRanks('a15-free-with-pending-receive', [4]);
