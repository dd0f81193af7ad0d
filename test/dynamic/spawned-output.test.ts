/** What several jobs of one universe write at the same time stays whole, line by line. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ParleyRun } from '../harness/parley-run.ts';
import { programFile, runRanks } from '../harness/run-ranks.ts';

const LINES = 1500;

function expectWholeLines(stdout: string, letters: string): void {
  const lines = stdout.split('\n');
  assert.equal(lines.pop(), '');
  for (const letter of letters) {
    const own = lines.filter((line) => line.startsWith(letter));
    const wanted = Array.from({ length: LINES }, (_, line) => letter.repeat(1 + (line % 150)));
    assert.deepEqual(own, wanted);
  }
  assert.equal(lines.length, letters.length * LINES);
}

test('a job and two that it has spawned do not mix their lines', async () => {
  const { stdout } = await runRanks('spawned-output', { ranks: 1 });
  expectWholeLines(stdout, '0ab');
});

test('two jobs that a plain process has spawned do not mix their lines', async () => {
  const run = new ParleyRun([process.execPath, programFile('spawned-output'), 'quiet']);
  const { code, stdout } = await run.ended;
  assert.equal(code, 0, run.describe());
  expectWholeLines(stdout, 'ab');
  await run.expectClean();
});
