/** A19 intercommunicators: the local group agrees with rank and size. */
import { holdAtRanks } from '../api/hold-at-ranks.ts';

holdAtRanks('a19-intercommunicator-groups', [8]);
