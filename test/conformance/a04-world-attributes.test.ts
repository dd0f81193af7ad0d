/** A04 world attributes: largest tag, universe size, number of the command, largest error code. */
import { holdAtRanks, OVERSUBSCRIBED } from '../api/hold-at-ranks.ts';

holdAtRanks('a04-world-attributes', [1, 4, OVERSUBSCRIBED]);
