/** A02 exit codes: the launcher's reflects those of the ranks. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { OVERSUBSCRIBED } from '../api/hold-at-ranks.ts';
import { runRanks } from '../harness/run-ranks.ts';

const PROGRAM = 'a02-exit-codes';

/** How one rank fails while the others wait in a barrier, in which way, and at how many ranks. */
const FAILURES: readonly (readonly [what: string, how: string, ranks: number])[] = [
  ['throw', 'blocking', 2],
  ['throw', 'awaiting', OVERSUBSCRIBED],
  ['reject', 'blocking', OVERSUBSCRIBED],
  ['reject', 'awaiting', 2],
];

test('A02 exit codes: ranks finalize and exit with 1', async () => {
  await runRanks(PROGRAM, { ranks: 2, args: ['finalize', '1'], exitCode: 1 });
});

test('A02 exit codes: ranks finalize and exit with 0', async () => {
  await runRanks(PROGRAM, { ranks: OVERSUBSCRIBED, args: ['finalize', '0'] });
});

test('A02 exit codes: ranks come to their end', async () => {
  await runRanks(PROGRAM, { ranks: 2, args: ['none'] });
});

test('A02 exit codes: 4 ranks exit with their own ranks', async () => {
  const { code } = await runRanks(PROGRAM, { ranks: 4, args: ['own'], exitCode: null });
  assert.ok(code !== null && code >= 1 && code <= 3, `exit code ${code}`);
});

for (const [what, how, ranks] of FAILURES) {
  test(`A02 exit codes: one of ${ranks} ranks fails (${what}), the others are ${how} in a barrier`, async () => {
    const { stderr } = await runRanks(PROGRAM, { ranks, args: [what, how], exitCode: 1 });
    assert.match(stderr, /Error: the last rank cannot go on\n +at /);
  });
}
