/**
 * Seven ranks exchange random messages, checked one by one against a model. The seed is printed; PARLEY_SEED repeats
 * a run, and PARLEY_SOAK=1 sends ten times as much.
 * It wants the machine to itself.
 */
import assert from 'node:assert/strict';
import { randomInt } from 'node:crypto';
import { test } from 'node:test';
import { runRanks } from '../harness/run-ranks.ts';

const RANKS = 7;
const MESSAGES = process.env['PARLEY_SOAK'] === undefined ? 100_000 : 1_000_000;
const seed = Number(process.env['PARLEY_SEED'] ?? randomInt(2 ** 31));

test(`${RANKS} ranks exchange ${MESSAGES} random messages, each as it should be`, async (context) => {
  context.diagnostic(`PARLEY_SEED=${seed}`);
  const { stdout } = await runRanks('random-traffic', {
    ranks: RANKS,
    args: [String(seed), String(MESSAGES)],
    timeoutMs: (MESSAGES / 1000) * 1500,
  });
  assert.equal(stdout, `ok ${MESSAGES} messages\n`);
});
