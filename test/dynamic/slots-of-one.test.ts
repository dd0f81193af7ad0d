/** PARLEY_SLOTS: how many slots the universe of a process has that was started by itself. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ParleyRun, type RunResult } from '../harness/parley-run.ts';
import { programFile } from '../harness/run-ranks.ts';

async function runWith(slots: string): Promise<RunResult> {
  const env = { PARLEY_SLOTS: slots };
  const run = new ParleyRun([process.execPath, programFile('slots-of-one')], { env });
  const result = await run.ended;
  await run.expectClean();
  return result;
}

test('the variable says how many slots there are, and whoever exceeds them is told of it', async () => {
  const { code, stdout, stderr } = await runWith('3');
  assert.deepEqual([code, stdout], [0, '3 slots\n'], stderr);
  // The two that fit are not what is warned of.
  assert.equal(
    stderr,
    'parley: 1 process spawned on 0 free of 3 slots: they share cores (said once; PARLEY_SLOTS says how many there are)\n',
  );
});

test('a number of slots that is none is an error at once', async () => {
  const check = async (slots: string): Promise<void> => {
    const { code, stdout, stderr } = await runWith(slots);
    assert.deepEqual([code, stdout], [1, '']);
    const error = `MPIError: Cannot make a universe of "${slots}" slots, as PARLEY_SLOTS says: a whole number from 1 is wanted (MPI_ERR_ARG)`;
    assert.ok(stderr.includes(error), stderr);
  };
  await Promise.all(['0', '2.5', 'many'].map(check));
});
