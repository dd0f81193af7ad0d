/** A29 collectives of values on intercommunicators, with every root. */
import { holdAtRanks } from '../api/hold-at-ranks.ts';

holdAtRanks('a29-intercomm-objects', [2, 3, 5]);
