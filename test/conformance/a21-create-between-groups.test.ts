/** A21 comm_create on an intercommunicator: one of each, all of each, nobody of one. */
import { holdAtRanks } from '../api/hold-at-ranks.ts';

holdAtRanks('a21-create-between-groups', [8]);
