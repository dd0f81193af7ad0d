/** Communicators of which a member has died. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { runRanks } from '../harness/run-ranks.ts';

test('communicators with a dead member cannot be made, those of the survivors can', async (context) => {
  const { stdout } = await runRanks('bereaved', {
    ranks: 4,
    exitCode: 128 + 9,
    launcherArgs: ['--keep-going'],
  });
  assert.deepEqual(stdout.match(/^ok \d$/gm)?.sort(), ['ok 0', 'ok 2', 'ok 3'], stdout);
  const told = Array.from(stdout.matchAll(/^told (.+) \d$/gm), ([, what]) => what ?? '');
  for (const what of new Set(told)) {
    await context.test(what, () => assert.equal(told.filter((one) => one === what).length, 3, stdout));
  }
});
