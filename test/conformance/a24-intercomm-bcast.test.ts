/** A24 intercommunicator bcast: the rules for the group of the root. */
import { holdAtRanks } from '../api/hold-at-ranks.ts';

holdAtRanks('a24-intercomm-bcast', [4, 10]);
