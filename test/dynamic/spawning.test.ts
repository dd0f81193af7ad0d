/** Spawning under the real launcher, beyond the cases of the public suites: options, failures, slots, and who ends with whom. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { holdAtRanks } from '../api/hold-at-ranks.ts';
import { runRanks } from '../harness/run-ranks.ts';

holdAtRanks('spawn-options', [1], { launcherArgs: ['-x', 'FROM_LAUNCHER=all generations'] });
holdAtRanks('spawn-failures', [1]);
// That others may go on without a rank does not let a spawn succeed in part.
holdAtRanks('spawn-failures', [2], { launcherArgs: ['--keep-going'] });
holdAtRanks('spawn-slots', [1], { launcherArgs: ['--slots', '3', '--no-oversubscribe'] });

/** [what happens, exit code, output] */
const ENDS: readonly (readonly [string, number | null, string])[] = [
  ['lifetime parent', 0, 'ok the parent goes\n'],
  ['lifetime parent, which fails', 3, ''],
  ['independent', 0, 'ok the parents are gone\n'],
  ['independent, the parent fails', 3, 'ok the parents are gone\n'],
  ['independent, the parent is killed', 137, 'ok the parents are gone\n'],
  ['a child is killed', 137, 'ok the parent goes on\n'],
  // MPI_ERR_RANK, the child's own.
  ['errors that abort', 6, 'ok the parent goes on\n'],
  ['fatal errors', 6, ''],
  ['abort of the children', 7, ''],
  ['abort of the children, with a send unanswered', 7, ''],
  ['abort of the own world', 8, 'ok the parents are gone\n'],
  ['killed while it spawns', 137, ''],
];

for (const [end, exitCode, output] of ENDS) {
  test(`parents and children: ${end}`, async () => {
    const { stdout } = await runRanks('spawn-ends', { ranks: 1, args: [end], exitCode });
    assert.equal(stdout, output);
  });
}

/** [how, exit code of the run] */
const QUICK_ENDS = [
  ['go', 0],
  ['be killed', 137],
] as const;

for (const [how, exitCode] of QUICK_ENDS) {
  test(`children that send much, then ${how}, while their parent computes`, async () => {
    const { stdout } = await runRanks('ended-children', { ranks: 1, args: [how], exitCode });
    assert.equal(stdout, 'ok blocking\nok awaiting\n');
  });
}
