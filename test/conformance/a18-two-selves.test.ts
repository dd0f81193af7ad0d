/** A18 intercommunicator of two selves: two groups of one process talk. */
import { holdAtRanks } from '../api/hold-at-ranks.ts';

holdAtRanks('a18-two-selves', [4]);
