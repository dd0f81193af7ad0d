/** A68 dead process: one rank leaves without finalize and with exit code 1, or is killed; the launcher lets the others go on. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { runRanks } from '../harness/run-ranks.ts';

const RUNS: readonly (readonly [ranks: number, end: string, way: string, exitCode: number])[] = [
  [2, 'exit', 'blocking', 1],
  [2, 'kill', 'awaiting', 137],
  [3, 'exit', 'awaiting', 1],
  [3, 'exit', 'blocking', 1],
  [3, 'kill', 'mixed', 137],
];

for (const [ranks, end, way, exitCode] of RUNS) {
  test(`A68 rank 1 of ${String(ranks)} ends by ${end}, the others wait ${way}`, async () => {
    const launcherArgs = ['--keep-going'];
    const { stdout } = await runRanks('a68-dead-process', {
      ranks,
      args: [end, way],
      launcherArgs,
      exitCode,
    });
    assert.equal(stdout, 'ok the others went on\n');
  });
}
