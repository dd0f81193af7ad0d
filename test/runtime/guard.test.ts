/** The guard by itself: it does nothing while its agent lives, and cleans up after it when it dies. */
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { existsSync, mkdirSync, readdirSync, rmSync } from 'node:fs';
import { spawn, type ChildProcess } from 'node:child_process';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { startGuard, type Guard } from '#runtime/guard.js';
import { markedProcesses } from '../harness/leftovers.ts';
import { ROOT } from '../harness/parley-run.ts';
import { makeSharedMemory } from './shared-memory.ts';

const LOOK_MS = 10;

/** A process in a group of its own that would stay. */
function sleeper(environment: Record<string, string> = {}): ChildProcess & { pid: number } {
  const child = spawn('sleep', ['1000'], {
    detached: true,
    stdio: 'ignore',
    env: { ...process.env, ...environment },
  });
  assert.ok(child.pid !== undefined);
  return child as ChildProcess & { pid: number };
}

function isAlive(child: ChildProcess): boolean {
  return child.exitCode === null && child.signalCode === null;
}

describe('a guard', () => {
  it('that is dismissed touches nothing', async () => {
    const base = makeSharedMemory();
    const job = randomBytes(16).toString('hex');
    mkdirSync(join(base, job));
    const child = sleeper();
    const guard = startGuard({ base, job }, `NO_SUCH_MARK=${job}`, (reason) => assert.fail(reason));
    guard.add(child.pid);
    await guard.dismiss();
    assert.deepEqual(readdirSync(base), [job]);
    assert.ok(isAlive(child));
    child.kill('SIGKILL');
    await once(child, 'exit');
    rmSync(base, { recursive: true });
  });

  it('whose agent dies ends the groups it knows, the marked processes, and the directory, and nothing else', async () => {
    const base = makeSharedMemory();
    const job = randomBytes(16).toString('hex');
    mkdirSync(join(base, job));
    mkdirSync(join(base, `new-1-1-${job}`));
    const [known, forgotten, marked, stranger] = [sleeper(), sleeper(), sleeper({ MARK: job }), sleeper()];
    const children = [known, forgotten, marked, stranger];
    const agent = `
      import { startGuard } from '#runtime/guard.js';
      const guard = startGuard(${JSON.stringify({ base, job })}, 'MARK=${job}', () => undefined);
      guard.add(${forgotten.pid});
      guard.add(${known.pid});
      guard.remove(${forgotten.pid});
      process.kill(process.pid, 'SIGKILL');`;
    spawn(process.execPath, ['--input-type=module', '-e', agent], { cwd: ROOT, stdio: 'inherit' });
    await Promise.all([once(known, 'exit'), once(marked, 'exit')]);
    while (existsSync(base)) await delay(LOOK_MS);
    assert.deepEqual(children.map(isAlive), [false, true, false, true]);
    for (const child of [forgotten, stranger]) {
      child.kill('SIGKILL');
      await once(child, 'exit');
    }
  });

  it('that ends early is missed', async () => {
    const base = makeSharedMemory();
    let guard: Guard | undefined;
    const lost = new Promise<string>((resolve) => {
      guard = startGuard({ base, job: 'x' }, 'NO_SUCH_MARK=1', resolve);
    });
    for (const { pid } of markedProcesses(base)) process.kill(pid, 'SIGKILL');
    assert.equal(await lost, 'SIGKILL');
    // Telling it of groups is no error then.
    guard?.add(1);
    await guard?.dismiss();
    rmSync(base, { recursive: true });
  });
});
