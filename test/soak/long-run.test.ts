/**
 * Two ranks do the same for a long time: heap, memory outside of it and descriptors stay as they are. PARLEY_SOAK=1
 * takes ten times as long.
 * It wants the machine to itself.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { runRanks } from '../harness/run-ranks.ts';

const COUNTS: Readonly<Record<string, number>> = {
  blocking: 1_000_000,
  awaiting: 300_000,
  values: 300_000,
  dropped: 100_000,
  'timeouts and signals': 10_000,
  iterated: 100_000,
  'any of several': 100_000,
  collectives: 40_000,
  communicators: 4_000,
};
const factor = process.env['PARLEY_SOAK'] === undefined ? 1 : 10;
const counts = Object.entries(COUNTS).map(([what, count]) => `${what}=${count * factor}`);

test(`two ranks do not grow: ${counts.join(', ')}`, async (context) => {
  const { stdout } = await runRanks('long-run', { args: counts, timeoutMs: 60_000 * factor });
  const told = Array.from(stdout.matchAll(/^ok (.+)$/gm), ([, what]) => what ?? '');
  assert.deepEqual(told, Object.keys(COUNTS));
  for (const what of told) await context.test(what, () => undefined);
});
