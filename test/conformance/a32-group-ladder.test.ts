/** A32 recursive doubling: a group is built by createIntercomm and merge. */
import { holdAtRanks } from '../api/hold-at-ranks.ts';

holdAtRanks('a32-group-ladder', [4, 7]);
