/** A26 allreduce on intercommunicators: each side gets the other side's sum. */
import { holdAtRanks } from '../api/hold-at-ranks.ts';

holdAtRanks('a26-intercomm-allreduce', [5, 7]);
