/** A30 bad root on an intercommunicator: MPI_ERR_ROOT. */
import { holdAtRanks, OVERSUBSCRIBED } from '../api/hold-at-ranks.ts';

holdAtRanks('a30-bad-root', [2, OVERSUBSCRIBED]);
