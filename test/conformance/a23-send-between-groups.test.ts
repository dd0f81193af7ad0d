/** A23 messages over an intercommunicator: all to the remote rank 0, both directions. */
import { holdAtRanks } from '../api/hold-at-ranks.ts';

holdAtRanks('a23-send-between-groups', [4]);
