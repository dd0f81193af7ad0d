/**
 * A launcher that is killed by SIGKILL, at whatever moment, leaves no process and no file.
 */
import assert from 'node:assert/strict';
import { mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { markedProcesses } from '../harness/leftovers.ts';
import { startParley } from '../harness/parley-run.ts';
import { STEPS, expectExit } from './finished-run.ts';
import { makeSharedMemory } from '../runtime/shared-memory.ts';

/** Moments at which the launcher is killed, spread over its start. */
const MOMENTS = 12;
const START_MS = 240;
const LOOK_MS = 10;

describe('SIGKILL of the launcher', () => {
  it('ends ranks that do not care for MPI, and what they have started', async () => {
    const run = startParley([
      'run',
      '-n',
      '3',
      'sh',
      '-c',
      'trap "" TERM INT HUP; sleep 1000 & echo up; wait',
    ]);
    await run.waitForOutput(/(?:up\n){3}/);
    assert.equal(run.rankProcesses().size, 3);
    run.kill('SIGKILL');
    assert.equal((await run.ended).signal, 'SIGKILL');
    await run.expectClean();
  });

  it('ends processes that have left their group', async () => {
    const run = startParley(['run', '-n', '1', 'sh', '-c', 'setsid sleep 1000 & echo up; wait']);
    await run.waitForOutput(/up\n/);
    run.kill('SIGKILL');
    await run.expectClean();
  });

  it('leaves nothing at any moment of the start', async (context) => {
    for (let moment = 0; moment < MOMENTS; moment++) {
      const run = startParley(['run', '-n', '2', 'sleep', '1000', ':', '-n', '2', STEPS, '*=start,wait']);
      await delay((START_MS * moment) / MOMENTS);
      run.kill('SIGKILL');
      await run.expectClean().catch((error: unknown) => {
        context.diagnostic(`killed after ${(START_MS * moment) / MOMENTS} ms`);
        throw error;
      });
    }
  });

  it('does not harm a job that runs beside it', async () => {
    const parent = makeSharedMemory();
    const env = { PARLEY_SHM_DIR: parent };
    try {
      const survivor = startParley(
        ['run', '-n', '1', STEPS, '*=start,finalize,handle:SIGINT/0,print:ready,wait'],
        {
          env,
        },
      );
      await survivor.waitForOutput(/ready/);
      const victim = startParley(['run', '-n', '1', STEPS, '*=start,print:ready,wait'], { env });
      await victim.waitForOutput(/ready/);
      victim.kill('SIGKILL');
      await victim.expectClean();
      const base = join(parent, readdirSync(parent)[0] ?? '');
      // The survivor's job and its agent.
      while (readdirSync(base).length > 2) await delay(LOOK_MS);
      survivor.kill('SIGINT');
      assert.equal((await survivor.ended).code, 0);
      assert.deepEqual(readdirSync(parent), []);
      survivor.release();
    } finally {
      rmSync(parent, { recursive: true });
    }
  });
});

describe('leftovers of a launcher whose guard was killed too', () => {
  it('are removed by the next start, which says so', async () => {
    const parent = makeSharedMemory();
    const env = { PARLEY_SHM_DIR: parent };
    try {
      const run = startParley(['run', '-n', '1', STEPS, '*=start,print:ready,wait'], { env });
      await run.waitForOutput(/ready/);
      for (const { pid, command } of markedProcesses(parent)) {
        if (command.includes('parley-guard')) process.kill(pid, 'SIGKILL');
      }
      await run.waitForOutput(/the guard is gone/, 'stderr');
      run.kill('SIGKILL');
      await run.ended;
      run.release();
      const base = join(parent, readdirSync(parent)[0] ?? '');
      assert.equal(readdirSync(base).length, 2);
      const { stderr } = await expectExit(0, ['-n', '1', 'true'], { env });
      assert.match(
        stderr,
        new RegExp(
          `^parley: removed from ${base} what killed jobs have left there \\(launcher ${run.pid}\\)\n$`,
        ),
      );
      assert.deepEqual(readdirSync(parent), []);
    } finally {
      rmSync(parent, { recursive: true });
    }
  });

  it('are left alone where somebody else has put them there', async () => {
    const parent = makeSharedMemory();
    try {
      const base = join(parent, `parley-${process.getuid?.() ?? 0}`);
      mkdirSync(join(base, 'mine'), { recursive: true });
      writeFileSync(join(base, 'mine/data'), 'x');
      await expectExit(0, ['-n', '1', 'true'], { env: { PARLEY_SHM_DIR: parent } });
      assert.deepEqual(readdirSync(join(base, 'mine')), ['data']);
    } finally {
      rmSync(parent, { recursive: true });
    }
  });
});
