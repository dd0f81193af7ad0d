/** A02 exit codes: the launcher's reflects those of the ranks. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { OVERSUBSCRIBED } from '../api/hold-at-ranks.ts';
import { runRanks } from '../harness/run-ranks.ts';

const PROGRAM = 'a02-exit-codes';

for (const ranks of [2, OVERSUBSCRIBED]) {
  test(`A02 exit codes: ${ranks} ranks finalize and exit with 1`, async () => {
    await runRanks(PROGRAM, { ranks, args: ['finalize', '1'], exitCode: 1 });
  });

  test(`A02 exit codes: ${ranks} ranks exit with 0`, async () => {
    await runRanks(PROGRAM, { ranks, args: ['finalize', '0'] });
    await runRanks(PROGRAM, { ranks, args: ['none'] });
  });

  for (const what of ['throw', 'reject']) {
    for (const how of ['blocking', 'awaiting']) {
      test(`A02 exit codes: one of ${ranks} ranks fails (${what}), the others are ${how} in a barrier`, async () => {
        const { stderr } = await runRanks(PROGRAM, { ranks, args: [what, how], exitCode: 1 });
        assert.match(stderr, /Error: the last rank cannot go on\n +at /);
      });
    }
  }
}

test('A02 exit codes: 4 ranks exit with their own ranks', async () => {
  const { code } = await runRanks(PROGRAM, { ranks: 4, args: ['own'], exitCode: null });
  assert.ok(code !== null && code >= 1 && code <= 3, `exit code ${code}`);
});
