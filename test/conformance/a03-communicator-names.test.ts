/** A03 communicator names: those that are there from the start, and those that are given. */
import { holdAtRanks, OVERSUBSCRIBED } from '../api/hold-at-ranks.ts';

holdAtRanks('a03-communicator-names', [4, OVERSUBSCRIBED]);
