/** A31 intercommunicator from groups: a pair, and what follows from it. */
import { holdAtRanks } from '../api/hold-at-ranks.ts';

holdAtRanks('a31-from-groups', [2, 5]);
