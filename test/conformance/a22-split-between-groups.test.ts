/** A22 split on an intercommunicator: one colour, the rank as colour. */
import { holdAtRanks } from '../api/hold-at-ranks.ts';

holdAtRanks('a22-split-between-groups', [4]);
