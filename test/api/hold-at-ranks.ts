/**
 * Tests that stand in rank programs (test/programs, by `runCases`): each launch is one test, and each case that the
 * program tells of a test below it.
 */
import assert from 'node:assert/strict';
import { availableParallelism } from 'node:os';
import { test } from 'node:test';
import { runRanks, type RunRanksOptions } from '../harness/run-ranks.ts';

/** Twice as many ranks as there are cores, an even number; bounded, as each rank is a process. */
export const OVERSUBSCRIBED: number = Math.min(16, Math.max(4, 2 * availableParallelism()));

const CASE = /^ok (.+)$/gm;

/** Launches the program at each number of ranks. */
export function holdAtRanks(
  program: string,
  ranks: readonly number[],
  options: Omit<RunRanksOptions, 'ranks'> = {},
): void {
  for (const size of new Set(ranks)) {
    test(`${program} holds at ${size} rank${size === 1 ? '' : 's'}`, async (context) => {
      const { stdout } = await runRanks(program, { ...options, ranks: size });
      const titles = Array.from(stdout.matchAll(CASE), ([, title]) => title ?? '');
      assert.ok(titles.length > 0, `the program told of no case:\n${stdout}`);
      for (const title of titles) await context.test(title, () => undefined);
    });
  }
}
