/**
 * Cases of two ranks at any even number of ranks: ranks 2k and 2k + 1 are one pair, and all pairs run at once. The
 * standard's cases call the even one rank 0 and the odd one rank 1.
 */
import { COMM_WORLD } from 'parley';

const { rank, size } = COMM_WORLD;
if (size % 2 !== 0) throw new Error(`an even number of ranks is wanted, not ${size}`);

export const partner: number = rank ^ 1;
export const isFirst: boolean = rank < partner;
