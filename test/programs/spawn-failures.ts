/**
 * Spawns that come to nothing: each fails at every process with the same error, leaves nothing running, and leaves the
 * communicator as good as it was (MPI-4.1 §11.8.2). What is wrong is wrong at the root alone.
 */
import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import * as MPI from 'parley';
import { runCases } from './support/cases.ts';
import { CHILD, commandOf, spawnPart } from './support/children.ts';
import { WAYS, type Way } from './support/way.ts';

const { COMM_WORLD: world } = MPI;
const root = world.size - 1;
const LOOK_MS = 5;
const isRoot = world.rank === root;
const folder = mkdtempSync(join(tmpdir(), 'parley-spawn-'));
process.once('exit', () => {
  rmSync(folder, { recursive: true });
});
const [SPAWN, NO_SUCH_FILE, ACCESS] = ['MPI_ERR_SPAWN', 'MPI_ERR_NO_SUCH_FILE', 'MPI_ERR_ACCESS'].map(
  (name) => MPI.errorClass(name),
);

type Commands = readonly MPI.SpawnCommand[];

/** Everybody gets the error; it is told without the class, since its message ends with that. */
async function expectFailure(
  way: Way,
  commands: Commands,
  code: string,
  message: RegExp,
  errcodes?: readonly (number | undefined)[],
  options: MPI.SpawnCommonOptions = {},
): Promise<void> {
  const given = isRoot ? commands : [];
  let error: unknown;
  try {
    await way.call(world, 'spawnMultiple', given, { root, ...(isRoot ? options : {}) });
  } catch (reason) {
    error = reason;
  }
  assert.ok(error instanceof MPI.MPIError, `${code} is wanted where ${String(error)} came`);
  assert.equal(error.code, code, error.message);
  assert.match(error.message, message);
  assert.equal(error instanceof MPI.SpawnError, errcodes !== undefined, error.message);
  if (error instanceof MPI.SpawnError) assert.deepEqual(error.errcodes, errcodes);
  assert.equal(await way.call(world, 'allreduce', 1), world.size);
}

/** A program that never starts MPI, says who it is, and stays. */
const stays = (file: string): MPI.SpawnCommand => ({
  command: 'sh',
  args: ['-c', `echo $$ > ${file}.new; mv ${file}.new ${file}; sleep 1000`],
});

const isAlive = (pid: number): boolean => {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
};

/** Whether the command line of a process contains it. */
function isNamedByProcess(file: string): boolean {
  return readdirSync('/proc').some((name) => {
    try {
      return /^\d+$/.test(name) && readFileSync(`/proc/${name}/cmdline`, 'utf8').includes(file);
    } catch {
      return false;
    }
  });
}

/** What a promise is rejected with. */
async function reasonOf(promise: PromiseLike<unknown>): Promise<unknown> {
  try {
    await promise;
  } catch (reason) {
    return reason;
  }
  assert.fail('a failure is wanted');
}

/** What is looked for by looking again and again takes the processor from whoever is to bring it. */
async function turn(): Promise<void> {
  await delay(LOOK_MS);
}

/** The process id that was written there. */
async function pidIn(file: string): Promise<number> {
  for (;;) {
    try {
      return Number(readFileSync(file, 'utf8'));
    } catch {
      await turn();
    }
  }
}

await runCases(
  {
    'what is no program is told for each process': async (way) => {
      const good = commandOf(way, 'stay for ever', { maxprocs: 2 });
      await expectFailure(
        way,
        [{ command: 'no-such-program', maxprocs: 2 }],
        'MPI_ERR_SPAWN',
        /cannot find the program "no-such-program": looked on PATH/,
        [NO_SUCH_FILE, NO_SUCH_FILE],
      );
      await expectFailure(way, [{ command: './missing.js' }], 'MPI_ERR_SPAWN', /there is no ".*missing.js"/, [
        NO_SUCH_FILE,
      ]);
      await expectFailure(way, [{ command: folder }], 'MPI_ERR_SPAWN', /is a directory/, [ACCESS]);
      await expectFailure(way, [{ command: `${folder}/.js` }], 'MPI_ERR_SPAWN', /there is no/, [
        NO_SUCH_FILE,
      ]);
      await expectFailure(
        way,
        [{ command: '/etc/passwd' }],
        'MPI_ERR_SPAWN',
        /not executable; allow it by: chmod/,
        [ACCESS],
      );
      const several = [good, { command: '/missing' }, { command: folder }];
      await expectFailure(
        way,
        several,
        'MPI_ERR_SPAWN',
        /there is no "\/missing"; cannot execute.*is a directory/,
        [SPAWN, SPAWN, NO_SUCH_FILE, ACCESS],
      );
      await expectFailure(
        way,
        [{ ...good, wdir: '/missing' }],
        'MPI_ERR_SPAWN',
        /working directory "\/missing": there is no such/,
        [SPAWN, SPAWN],
      );
      await expectFailure(
        way,
        [{ ...good, path: '/', command: 'child.js' }],
        'MPI_ERR_SPAWN',
        /there is no/,
        [NO_SUCH_FILE, NO_SUCH_FILE],
      );
    },
    'what is no option is refused at everybody': async (way) => {
      await expectFailure(
        way,
        [{ command: CHILD, wDir: '/' } as MPI.SpawnCommand],
        'MPI_ERR_INFO_KEY',
        /"wDir"/,
      );
      await expectFailure(way, [{ command: CHILD, soft: '1:2:0' }], 'MPI_ERR_INFO_VALUE', /soft/);
      await expectFailure(way, [{ command: CHILD, maxprocs: -1 }], 'MPI_ERR_ARG', /-1 processes/);
      await expectFailure(way, [], 'MPI_ERR_ARG', /at least one command/);
      await expectFailure(way, [{ command: CHILD }], 'MPI_ERR_INFO_KEY', /"where"/, undefined, {
        where: 'here',
      } as object);
      await expectFailure(way, [{ command: CHILD }], 'MPI_ERR_ARG', /timeout is -1/, undefined, {
        timeout: -1,
      });
      const file = join(folder, 'schema');
      writeFileSync(file, `-np 2 ${CHILD}\n-np two ${CHILD}\n`);
      await expectFailure(way, [{ command: '', file }], 'MPI_ERR_ARG', /schema:2: "two" is no number/);
    },
    'what this host cannot give is told for each process': async (way) => {
      await expectFailure(
        way,
        [{ command: CHILD, host: 'elsewhere', maxprocs: 2 }],
        'MPI_ERR_SPAWN',
        /"elsewhere" is not in this universe/,
        [SPAWN, SPAWN],
      );
      await expectFailure(way, [{ command: CHILD, arch: 'vax' }], 'MPI_ERR_SPAWN', /"vax" is wanted/, [
        SPAWN,
      ]);
      await expectFailure(
        way,
        [{ command: CHILD, soft: '5', maxprocs: 4 }],
        'MPI_ERR_SPAWN',
        /no number of processes/,
        [SPAWN, SPAWN, SPAWN, SPAWN],
      );
    },
    'a child that dies before it is up tells why, and takes the others with it': async (way) => {
      const dying = { command: 'sh', args: ['-c', 'echo no licence >&2; exit 3'] };
      await expectFailure(
        way,
        [dying],
        'MPI_ERR_SPAWN',
        /rank 0.*exited with code 3; its last words:\n *no licence/,
        [SPAWN],
      );
      const file = join(folder, `pid-${way.name}`);
      // It goes only when the other one is there.
      const waiting = {
        command: 'sh',
        args: ['-c', `until [ -e ${file} ]; do sleep 0.01; done; echo gone >&2; exit 4`],
      };
      await expectFailure(
        way,
        [commandOf(way, 'stay for ever', {}), stays(file), waiting],
        'MPI_ERR_SPAWN',
        /rank 2.*exited with code 4; its last words:\n *gone/,
        [SPAWN, SPAWN, SPAWN],
      );
      if (isRoot) assert.equal(isAlive(await pidIn(file)), false);
      const killed = { command: 'sh', args: ['-c', 'kill -9 $$'] };
      await expectFailure(way, [killed], 'MPI_ERR_SPAWN', /rank 0.*was killed by SIGKILL/, [SPAWN]);
    },
    'a child that ends well without MPI fails the spawn': async (way) => {
      await expectFailure(
        way,
        [{ command: 'true', maxprocs: 2 }],
        'MPI_ERR_SPAWN',
        /ended before it had started MPI/,
        [SPAWN, SPAWN],
      );
      await expectFailure(
        way,
        [commandOf(way, 'stay for ever', {}), { command: 'true' }],
        'MPI_ERR_SPAWN',
        /without/,
        [SPAWN, SPAWN],
      );
    },
    'a program that never starts MPI is waited for as long as the timeout says': async (way) => {
      const file = join(folder, `slow-${way.name}`);
      await expectFailure(
        way,
        [stays(file)],
        'MPI_ERR_TIMEOUT',
        /spawn "sh": nothing came of it within 300 ms/,
        undefined,
        { timeout: 300 },
      );
      // It may have been ended before it could say who it is.
      while (isRoot && isNamedByProcess(file)) await turn();
    },
    'a signal ends the waiting, too': async (way) => {
      const file = join(folder, `aborted-${way.name}`);
      const controller = new AbortController();
      const signal = isRoot ? controller.signal : undefined;
      const spawning = world.spawnMultiple(isRoot ? [stays(file)] : [], { root, ...(signal && { signal }) });
      if (isRoot) {
        const pid = await pidIn(file);
        controller.abort('enough');
        assert.equal(await reasonOf(spawning), 'enough');
        while (isAlive(pid)) await turn();
      } else {
        assert.match(
          String(await reasonOf(spawning)),
          /Cannot spawn: the root \(rank 1\) has given it up: enough/,
        );
      }
      const fired = isRoot ? { signal: AbortSignal.abort('at once') } : {};
      assert.match(String(await reasonOf(world.spawn(CHILD, { root, ...fired }))), /at once/);
    },
    'and then a spawn succeeds': async (way) => {
      const children = await spawnPart(way, world, 'barrier, then leave', { maxprocs: 2, root });
      assert.deepEqual(children.errcodes, [0, 0]);
      await way.call(children, 'barrier');
      await way.call(children, 'disconnect');
    },
  },
  WAYS.slice(world.size === 1 ? 0 : 1, world.size === 1 ? 1 : 2),
);
