/** Processes that wait ready for spawns (`--warm`): what a program sees in them, how they end. */
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { ROOT, startParley, type ParleyRun } from '../harness/parley-run.ts';

const program = (name: string): string => join(ROOT, 'build/test/programs', `${name}.js`);
const waiting = (run: ParleyRun): number =>
  run.processes().filter(({ command }) => command.includes('waiting-process')).length;

describe('a process that waits ready', () => {
  it('shows a program what a fresh one shows, and its failure is that of the job', async () => {
    const run = startParley(['run', '-n', '1', '--warm', '2', '--slots', '9', program('warm-parent')]);
    const { code, stdout, stderr } = await run.ended;
    assert.match(stdout, /^as from the start$/m, run.describe());
    assert.match(stdout, /^two words on the output$/m);
    assert.match(stderr, /TypeError: thrown by the program/);
    assert.match(stderr, /spawned job \d+: rank 0 \(pid \d+, .*warm-child\.js\) exited with code 1/);
    assert.equal(code, 1);
    await run.expectClean();
  });

  it('dies with its agent, however that ends', async () => {
    for (const signal of ['SIGKILL', 'SIGTERM'] as const) {
      const run = startParley(['run', '-n', '1', '--warm', '2', program('warm-parent'), 'wait']);
      while (waiting(run) < 2) {
        assert.ok(run.processes().length > 0, run.describe());
        await delay(20);
      }
      run.kill(signal);
      await run.expectClean();
    }
  });
});
