/** Memory that processes have in common, beside messages. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ParleyRun } from '../harness/parley-run.ts';
import { programFile, runRanks } from '../harness/run-ranks.ts';

for (const ranks of [1, 3])
  test(`what one of ${ranks} writes to shared memory all see, and nothing is left of it`, async () => {
    const { stdout } = await runRanks('shared-memory', { ranks });
    assert.equal(stdout.trim().split('\n').length, ranks);
  });

test('a process alone shares memory with nobody', async () => {
  const run = new ParleyRun([process.execPath, programFile('shared-memory-alone')]);
  const { stdout } = await run.ended;
  await run.expectClean();
  assert.equal(stdout, 'MPI_ERR_RMA_SHARED\n');
});
