/**
 * A01 init/finalize flags. Importing the package initialises it, so there is no moment before at which it could be
 * asked; the thread that may use it is the main one (test/api/alone.test.ts has the refusal elsewhere).
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { OVERSUBSCRIBED } from '../api/hold-at-ranks.ts';
import { ParleyRun, ROOT } from '../harness/parley-run.ts';
import { programFile, runRanks } from '../harness/run-ranks.ts';

for (const [how, ranks] of [
  ['blocking', 1],
  ['awaiting', OVERSUBSCRIBED],
] as const) {
  test(`A01 init/finalize flags hold at ${ranks} rank${ranks === 1 ? '' : 's'}, ${how}`, async () => {
    const { stdout } = await runRanks('a01-init-finalize-flags', { ranks, args: [how] });
    assert.equal(stdout.match(/^ok /gm)?.length, ranks);
  });
}

test('A01 init/finalize flags hold without a launcher', async () => {
  const run = new ParleyRun([process.execPath, programFile('a01-init-finalize-flags')], { cwd: ROOT });
  const { code, stdout } = await run.ended;
  await run.expectClean();
  assert.deepEqual([code, stdout], [0, 'ok flags at rank 0 of 1\n'], run.describe());
});
