/** Members of a memory in common that end while the others are at a collective, and members of two jobs. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { runRanks } from '../harness/run-ranks.ts';

for (const end of ['kill', 'lent']) {
  for (const way of ['blocking', 'awaiting']) {
    const where = end === 'lent' ? 'while they read what it has lent' : 'there';
    test(`a member that is killed ${where} fails the others, ${way}`, async () => {
      const { stdout } = await runRanks('common-death', {
        ranks: 4,
        args: [way, end],
        exitCode: 128 + 9,
        launcherArgs: ['--keep-going'],
      });
      assert.deepEqual(stdout.match(/^told \d$/gm)?.sort(), ['told 0', 'told 2', 'told 3'], stdout);
    });
  }
}

test('a member that leaves in good order fails those who wait for it', async () => {
  const { stdout } = await runRanks('common-death', { ranks: 4, args: ['awaiting', 'leave'] });
  assert.deepEqual(stdout.match(/^told \d$/gm)?.sort(), ['told 0', 'told 2', 'told 3'], stdout);
});

test('members of two jobs have it as well', async () => {
  const { stdout } = await runRanks('common-merged', { ranks: 2, launcherArgs: ['--slots', '5'] });
  assert.equal(stdout, '5 members, all there\n');
});
