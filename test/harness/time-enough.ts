/**
 * Runs that a time limit ends, of which a test wants to see how far the ranks were by then: how long they take to get there
 * nobody knows, so the limit grows until they did.
 */
import type { RunResult } from './parley-run.ts';

const LIMITS_MS = [1500, 3000, 8000, 24_000];

/** The first run whose standard error has all of these in it, with its limit; or the one with the longest. */
export async function withTimeEnough(
  patterns: readonly RegExp[],
  run: (limitMs: number) => Promise<RunResult>,
): Promise<RunResult & { readonly limitMs: number }> {
  for (const limitMs of LIMITS_MS) {
    const result = await run(limitMs);
    const isThere = patterns.every((pattern) => pattern.test(result.stderr));
    if (isThere || limitMs === LIMITS_MS.at(-1)) return { ...result, limitMs };
  }
  throw new Error('there are limits');
}
