/** A28 intercommunicator barrier: accepted, and it does synchronise. */
import { holdAtRanks } from '../api/hold-at-ranks.ts';

holdAtRanks('a28-intercomm-barrier', [5, 7]);
