/** Job directories: made without a gap, swept when their owner is dead, never taken from a living one. */
import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, existsSync, mkdirSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { statSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, it } from 'node:test';
import {
  createJobDirectory,
  jobDirectoryBase,
  removeJobDirectory,
  sweepDeadJobs,
} from '#pmi/job-directory.js';
import { holdAlivePipe } from '#pmi/alive-pipe.js';
import { writeAgentOfJob } from '#pmi/job-record.js';
import { loadLibc } from '#system/libc.js';
import { currentPlace, identifyProcess, processLife, type ProcessIdentity } from '#pmi/process-identity.js';
import { ROOT } from '../harness/parley-run.ts';
import { makeSharedMemory } from '../runtime/shared-memory.ts';

const JOB = '0123456789abcdef'.repeat(2);
const OTHER_JOB = 'f'.repeat(32);

function ownIdentity(): ProcessIdentity {
  const identity = identifyProcess(process.pid, currentPlace());
  assert.ok(identity !== null);
  return identity;
}

/** The identity of a process that has ended. */
function deadIdentity(): ProcessIdentity {
  const { pid } = spawnSync('true');
  return { pid, startTime: '1', place: currentPlace() };
}

describe('job directories', () => {
  let parent: string;
  let base: string;
  beforeEach(() => {
    parent = makeSharedMemory();
    base = join(parent, 'parley-1');
  });
  afterEach(() => {
    rmSync(parent, { recursive: true });
  });

  function leave(job: string, owner: ProcessIdentity | string | null): string {
    const path = join(base, job);
    mkdirSync(path, { recursive: true, mode: 0o700 });
    if (owner !== null)
      writeFileSync(join(path, 'owner'), typeof owner === 'string' ? owner : JSON.stringify(owner));
    writeFileSync(join(path, 'segment'), 'x');
    return path;
  }

  it('lie below /dev/shm, or where PARLEY_SHM_DIR says', () => {
    assert.equal(jobDirectoryBase({}, 7), '/dev/shm/parley-7');
    assert.equal(jobDirectoryBase({ PARLEY_SHM_DIR: '' }, 7), '/dev/shm/parley-7');
    assert.equal(jobDirectoryBase({ PARLEY_SHM_DIR: '/tmp/x' }, 7), '/tmp/x/parley-7');
  });

  it("are their user's alone and name their owner", () => {
    const directory = createJobDirectory(base, JOB);
    assert.equal(statSync(base).mode & 0o777, 0o700);
    assert.equal(statSync(directory.path).mode & 0o777, 0o700);
    assert.deepEqual(JSON.parse(readFileSync(join(directory.path, 'owner'), 'utf8')), ownIdentity());
  });

  it('go with all that is in them, and the base with the last', () => {
    const [one, two] = [createJobDirectory(base, JOB), createJobDirectory(base, OTHER_JOB)];
    writeFileSync(join(one.path, 'segment'), 'x');
    removeJobDirectory(one);
    assert.deepEqual(readdirSync(base), [OTHER_JOB]);
    removeJobDirectory(two);
    assert.equal(existsSync(base), false);
    removeJobDirectory(two);
  });

  it('close a base that others could enter', () => {
    mkdirSync(base);
    chmodSync(base, 0o777);
    createJobDirectory(base, JOB);
    assert.equal(statSync(base).mode & 0o777, 0o700);
  });

  it('are not made where the base is no directory', () => {
    writeFileSync(base, '');
    assert.throws(
      () => createJobDirectory(base, JOB),
      /is no directory, and a directory of user \d+ is wanted/,
    );
  });

  it('are not made where there is no place for them, and the error names a way out', () => {
    assert.throws(() => createJobDirectory(join(parent, 'a/b'), JOB), {
      code: 'MPI_ERR_ACCESS',
      message: /PARLEY_SHM_DIR/,
    });
  });

  it('are swept when their owner has ended', () => {
    const owner = deadIdentity();
    leave(JOB, owner);
    assert.deepEqual(sweepDeadJobs(base), [{ job: JOB, pid: owner.pid }]);
    assert.deepEqual(readdirSync(base), []);
  });

  it('stay while an agent lives that will tell others of the end of their owner', () => {
    const [job, agent] = [leave(JOB, deadIdentity()), leave(OTHER_JOB, deadIdentity())];
    writeAgentOfJob(job, OTHER_JOB);
    const letGo = holdAlivePipe(loadLibc(), agent);
    assert.deepEqual(sweepDeadJobs(base), []);
    letGo();
    assert.equal(sweepDeadJobs(base).length, 2);
  });

  it("are swept when their owner's number was given to another process", () => {
    leave(JOB, { ...ownIdentity(), startTime: '1' });
    assert.equal(sweepDeadJobs(base).length, 1);
  });

  it('are swept after a reboot', () => {
    leave(JOB, { ...ownIdentity(), place: { ...currentPlace(), bootId: 'earlier' } });
    assert.equal(sweepDeadJobs(base).length, 1);
  });

  it('stay while their owner lives, or where nobody can know', () => {
    const here = currentPlace();
    createJobDirectory(base, JOB);
    leave('a'.repeat(32), { ...deadIdentity(), place: { ...here, pidNamespace: 'pid:[1]' } });
    leave('b'.repeat(32), { ...deadIdentity(), place: { ...here, host: 'elsewhere', bootId: 'other' } });
    assert.deepEqual(sweepDeadJobs(base), []);
    assert.equal(readdirSync(base).length, 3);
  });

  it('are swept where they are half removed', () => {
    leave(JOB, null);
    leave(OTHER_JOB, 'no json');
    assert.equal(sweepDeadJobs(base).length, 2);
  });

  it('stay while it cannot be read whose they are', () => {
    const [job, other] = [leave(JOB, null), leave(OTHER_JOB, deadIdentity())];
    // Nobody can open these, whatever he may.
    symlinkSync('owner', join(job, 'owner'));
    symlinkSync('agent', join(other, 'agent'));
    assert.deepEqual(sweepDeadJobs(base), []);
    rmSync(join(job, 'owner'));
    rmSync(join(other, 'agent'));
    assert.equal(sweepDeadJobs(base).length, 2);
  });

  it('that are being made stay while they may still be finished', () => {
    const dead = deadIdentity();
    const living = leave(`new-${process.pid}-${ownIdentity().startTime}-${JOB}`, null);
    const fresh = leave(`new-${dead.pid}-1-${JOB}`, null);
    const old = leave(`new-${dead.pid}-2-${JOB}`, null);
    const stranger = leave('something-else', null);
    utimesSync(old, 1, 1);
    utimesSync(living, 1, 1);
    assert.deepEqual(sweepDeadJobs(base), [{ job: JOB, pid: dead.pid }]);
    assert.deepEqual([living, fresh, old, stranger].map(existsSync), [true, true, false, true]);
  });

  it('of a process that nobody has reaped yet are swept', async () => {
    // The shell becomes a program that never waits for its child.
    const parentProcess = spawn('sh', ['-c', 'true & exec sleep 1000'], { stdio: 'ignore' });
    try {
      let zombie: ProcessIdentity | undefined;
      while (zombie === undefined) {
        zombie = zombieChildOf(parentProcess.pid ?? 0);
        await new Promise(setImmediate);
      }
      assert.equal(processLife(zombie, currentPlace()), 'dead');
    } finally {
      parentProcess.kill('SIGKILL');
      await once(parentProcess, 'close');
    }
  });

  it('are made and swept by many processes at once without harm', async () => {
    const program = `
      import { createJobDirectory, removeJobDirectory, sweepDeadJobs } from '#pmi/job-directory.js';
      import { existsSync } from 'node:fs';
      import { join } from 'node:path';
      for (let turn = 0; turn < 150; turn++) {
        const job = process.argv[1] + String(turn).padStart(31, '0');
        const directory = createJobDirectory(${JSON.stringify(base)}, job);
        sweepDeadJobs(directory.base);
        if (!existsSync(join(directory.path, 'owner'))) throw new Error('lost ' + directory.path);
        removeJobDirectory(directory);
      }`;
    const makers = Array.from({ length: 4 }, (_, index) =>
      spawn(process.execPath, ['--input-type=module', '-e', program, String(index)], {
        cwd: ROOT,
        stdio: ['ignore', 'ignore', 'inherit'],
      }),
    );
    const codes = await Promise.all(makers.map((maker) => once(maker, 'close')));
    assert.deepEqual(
      codes,
      makers.map(() => [0, null]),
    );
    assert.deepEqual(readdirSync(parent), []);
  });
});

/** A child that has ended and was not waited for. */
function zombieChildOf(parentPid: number): ProcessIdentity | undefined {
  for (const name of readdirSync('/proc').filter((entry) => /^\d+$/.test(entry))) {
    let stat: string;
    try {
      stat = readFileSync(`/proc/${name}/stat`, 'latin1');
    } catch {
      continue;
    }
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    if (fields[0] === 'Z' && fields[1] === String(parentPid)) {
      return { pid: Number(name), startTime: fields[19] ?? '', place: currentPlace() };
    }
  }
  return undefined;
}
