/**
 * A33 to A50, what spawns processes: from one process (A33 basic, A34 twice, A36 argv, A37 many arguments, A38 wdir and
 * path, A40 rank order, A42 parent gone, A44 merge and reduce, A45 pi, A49 no arguments, A50 siblings connect), from two
 * (A39 appnum, A41 error codes, A46 an outsider reaches the children), from three (A43 every rank spawns, A47 disconnect,
 * A48 ping, then disconnect) and from ten (A35 root-only arguments). One launch for each number of ranks.
 */
import { holdAtRanks } from '../api/hold-at-ranks.ts';

holdAtRanks('spawn-from-one', [1]);
holdAtRanks('spawn-from-several', [2, 3, 10]);
