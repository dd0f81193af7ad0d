/** A27 intercommunicator allgather: both ways, then one way with nothing to send. */
import { holdAtRanks } from '../api/hold-at-ranks.ts';

holdAtRanks('a27-intercomm-allgather', [5, 7]);
