/**
 * A51 to A60, between ranks of one world: A56 (a name that nobody has published) by one, A51 and A52 (one against a group)
 * by two and four, A53 and A54 (names), A59 (a bad port string) by two, A55 (a name for each rank) by four, A60 (nobody
 * accepts in time) by two and five. One launch for each number of ranks.
 */
import { holdAtRanks } from '../api/hold-at-ranks.ts';

holdAtRanks('ports-and-names', [1, 2, 4, 5]);
