/**
 * Tests that stand in rank programs (test/programs, by `runCases`): each program at each number of ranks is one test, and each
 * case that it tells of a test below it. Programs that want as many ranks share a launch.
 */
import { availableParallelism } from 'node:os';
import type { RunRanksOptions } from '../harness/run-ranks.ts';
import { sharedWorlds } from './shared-worlds.ts';

/** Twice as many ranks as there are cores, an even number; bounded, as each rank is a process. */
export const OVERSUBSCRIBED: number = Math.min(16, Math.max(4, 2 * availableParallelism()));

/**
 * With more ranks a program runs its cases in the mixed way alone, which has blocking and awaiting ranks side by side, unless this
 * is the smallest number at which it runs at all: what many ranks show does not depend on how all of them wait.
 */
const ALL_WAYS_RANKS_MAX = 4;

/** Runs the program at each number of ranks. */
export function holdAtRanks(
  program: string,
  ranks: readonly number[],
  options: Omit<RunRanksOptions, 'ranks'> = {},
): void {
  for (const size of new Set(ranks)) {
    const isMixed = size > Math.max(ALL_WAYS_RANKS_MAX, Math.min(...ranks));
    sharedWorlds.want(program, { ...options, ranks: size }, isMixed ? 'mixed' : '');
  }
}
