/**
 * A rank that waits uses no processor. The limit leaves room for what Node itself does meanwhile.
 * It wants the machine to itself.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { runRanks } from '../harness/run-ranks.ts';

const RANKS = 8;
const SHARE_MAX = 0.03;

test(`${RANKS} ranks that wait use no processor, whether they block or await`, async (context) => {
  const { stdout } = await runRanks('idle', { ranks: RANKS });
  const told = Array.from(stdout.matchAll(/^idle (\d+) (.+): ([\d.]+)$/gm));
  assert.equal(told.length, 2 * (RANKS - 1));
  for (const [, rank, how, share] of told) {
    await context.test(`rank ${rank ?? ''}: ${how ?? ''}`, () => {
      assert.ok(Number(share) < SHARE_MAX, `${Number(share) * 100} % of a core`);
    });
  }
});
