/**
 * Signals to the launcher: asking, killing, passing on, stopping.
 * It wants the machine to itself.
 */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, it } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { startParley, type ParleyRun } from '../harness/parley-run.ts';
import { STEPS } from './finished-run.ts';

const LOOK_MS = 10;

async function startReady(ranks: number, script: string, ...options: string[]): Promise<ParleyRun> {
  const run = startParley(['run', '-n', String(ranks), ...options, STEPS, `*=${script},print:ready,wait`]);
  await run.waitForOutput(new RegExp(`(?:ready\\n[^]*){${ranks}}`));
  return run;
}

/** The state letter of a process: R, S, T, …; `-` where it is gone. */
function stateOf(pid: number): string {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
    return stat.charAt(stat.lastIndexOf(')') + 2);
  } catch {
    return '-';
  }
}

async function untilState(pids: readonly number[], state: RegExp): Promise<void> {
  while (!pids.every((pid) => state.test(stateOf(pid)))) await delay(LOOK_MS);
}

describe('a signal to the launcher', () => {
  it('SIGINT once lets the ranks end by themselves', async () => {
    const run = await startReady(2, 'handle:SIGINT/0');
    run.kill('SIGINT');
    const { code, stderr } = await run.ended;
    assert.equal(code, 0);
    assert.equal(stderr, 'parley: asked 2 running ranks to end; press Ctrl-C again to kill\n');
    await run.expectClean();
  });

  it('SIGINT once ends ranks that do not care, and blames none', async () => {
    const run = await startReady(2, 'start');
    run.kill('SIGINT');
    const { code, stderr } = await run.ended;
    assert.equal(code, 130);
    assert.doesNotMatch(stderr, /rank \d/);
    await run.expectClean();
  });

  it('SIGINT twice kills', async () => {
    const run = await startReady(2, 'ignore:SIGINT');
    run.kill('SIGINT');
    await run.waitForOutput(/(?:got SIGINT\n[^]*){2}/);
    assert.equal(run.rankProcesses().size, 2);
    // Signals in quick succession are one key press, so it takes some.
    while (run.kill('SIGINT')) await delay(LOOK_MS);
    assert.equal((await run.ended).code, 130);
    await run.expectClean();
  });

  for (const [signal, exitCode] of [
    ['SIGTERM', 143],
    ['SIGHUP', 129],
  ] as const) {
    it(`${signal} ends the job: ${exitCode}`, async () => {
      const run = await startReady(2, 'start');
      run.kill(signal);
      const { code, stderr } = await run.ended;
      assert.equal(code, exitCode);
      assert.equal(stderr, `parley: ended by ${signal}\n`);
      await run.expectClean();
    });
  }

  it('SIGTERM kills after the grace what does not end', async () => {
    const run = await startReady(2, 'ignore:SIGTERM', '--grace', '200ms');
    run.kill('SIGTERM');
    assert.equal((await run.ended).code, 143);
    await run.expectClean();
  });

  it('SIGUSR2 is passed on, SIGTERM asks, and kills when it is repeated', async () => {
    const run = await startReady(2, 'ignore:SIGUSR2,ignore:SIGTERM', '--grace', '1m');
    for (const signal of ['SIGUSR2', 'SIGTERM'] as const) {
      run.kill(signal);
      await run.waitForOutput(new RegExp(`(?:got ${signal}\\n[^]*){2}`));
    }
    assert.equal(run.rankProcesses().size, 2);
    // Signals in quick succession are one request, so it takes some.
    while (run.kill('SIGTERM')) await delay(LOOK_MS);
    assert.equal((await run.ended).code, 143);
    await run.expectClean();
  });

  it('SIGTSTP stops the ranks and the launcher, SIGCONT continues them', async () => {
    const run = await startReady(2, 'start');
    const all = [run.pid, ...[...run.rankProcesses().values()].map(({ pid }) => pid)];
    assert.equal(all.length, 3);
    run.kill('SIGTSTP');
    await untilState(all, /T/);
    run.kill('SIGCONT');
    await untilState(all, /[RS]/);
    run.kill('SIGTERM');
    assert.equal((await run.ended).code, 143);
    await run.expectClean();
  });

  it('SIGQUIT shows how far the ranks are, and does not end them', async () => {
    const run = await startReady(2, 'start');
    run.kill('SIGQUIT');
    await run.waitForOutput(
      / {2}rank 1 \(pid \d+, steps\.js\): (?:does not wait in MPI|computes) \(.*\)\n/,
      'stderr',
    );
    assert.equal(run.rankProcesses().size, 2);
    run.kill('SIGTERM');
    await run.ended;
    await run.expectClean();
  });

  it('SIGTERM ends a stopped rank too', async () => {
    const run = await startReady(1, 'start');
    const pids = [...run.rankProcesses().values()].map(({ pid }) => pid);
    for (const pid of pids) process.kill(pid, 'SIGSTOP');
    await untilState(pids, /T/);
    run.kill('SIGTERM');
    assert.equal((await run.ended).code, 143);
    await run.expectClean();
  });
});
