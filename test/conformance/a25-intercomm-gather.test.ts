/** A25 intercommunicator gather. */
import { holdAtRanks } from '../api/hold-at-ranks.ts';

holdAtRanks('a25-intercomm-gather', [5, 7]);
