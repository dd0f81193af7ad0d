/** Which program runs, with which environment, in which directory; and what is said where it cannot. */
import assert from 'node:assert/strict';
import { chmodSync, mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { decodeJobEnvironment, type JobEnvironment } from '#pmi/job-environment.js';
import { expectExit } from './finished-run.ts';

const SHOW_PLACE = 'echo "$PARLEY_JOB_ENVIRONMENT"';

/** The job environment of each rank, in the order of ranks. */
function places(stdout: string): JobEnvironment[] {
  return stdout
    .trim()
    .split('\n')
    .map((line) => decodeJobEnvironment({ PARLEY_JOB_ENVIRONMENT: line }))
    .filter((place) => place !== null)
    .sort((one, other) => one.rank - other.rank);
}

describe('parley run', () => {
  let directory: string;
  before(() => {
    directory = realpathSync(mkdtempSync(join(tmpdir(), 'parley-programs-')));
    const file = (name: string, text: string, mode = 0o644): void => {
      writeFileSync(join(directory, name), text);
      chmodSync(join(directory, name), mode);
    };
    file('typed.ts', 'const rank: number = 1; console.log("typed", rank, process.argv.slice(2).join(" "));');
    file('plain.mjs', 'console.log("plain", import.meta.url.endsWith("plain.mjs"));');
    file('common.cjs', 'console.log("common", typeof require);');
    file('greet', '#!/bin/sh\necho "greet $0 $1"\n', 0o755);
    file('no-interpreter', '#!/no/such/interpreter\n', 0o755);
    file('not-executable', 'x');
    mkdirSync(join(directory, 'folder'));
  });
  after(() => {
    rmSync(directory, { recursive: true });
  });

  it('runs TypeScript, modules, CommonJS, files and programs of PATH', async () => {
    const run = async (...args: string[]): Promise<string> =>
      (await expectExit(0, ['-n', '1', ...args], { cwd: directory })).stdout;
    assert.equal(await run('typed.ts', '-n', '7', '--wdir'), 'typed 1 -n 7 --wdir\n');
    assert.equal(await run('./plain.mjs'), 'plain true\n');
    assert.equal(await run('common.cjs'), 'common function\n');
    assert.equal(await run('./greet', 'a b'), `greet ${join(directory, 'greet')} a b\n`);
    assert.equal(await run('printf', '%s', 'x'), 'x');
  });

  it('starts one process for each core without -n', async () => {
    const { stdout } = await expectExit(0, ['sh', '-c', 'echo x']);
    assert.equal(stdout, 'x\n'.repeat(availableParallelism()));
  });

  it('tells each rank its place', async () => {
    const { stdout } = await expectExit(0, ['-n', '3', '--slots', '9', 'sh', '-c', SHOW_PLACE]);
    const all = places(stdout);
    assert.deepEqual(
      all.map(({ rank, size, appNumber, universeSize }) => ({ rank, size, appNumber, universeSize })),
      [0, 1, 2].map((rank) => ({ rank, size: 3, appNumber: 0, universeSize: 9 })),
    );
    assert.equal(new Set(all.map(({ job }) => job)).size, 1);
  });

  it('makes one world of several programs', async () => {
    const { stdout } = await expectExit(0, [
      '-n', '1', '-x', 'ROLE=master', 'sh', '-c', SHOW_PLACE, ':', '-n', '2', 'sh', '-c', 'echo "role $ROLE"', ':', '-n', '1', 'sh', '-c', SHOW_PLACE,
    ]); // prettier-ignore
    const lines = stdout.split('\n');
    assert.equal(lines.filter((line) => line === 'role ').length, 2);
    const all = places(lines.filter((line) => line.startsWith('{')).join('\n'));
    assert.deepEqual(
      all.map(({ rank, size, appNumber }) => [rank, size, appNumber]),
      [[0, 4, 0], [3, 4, 2]],
    ); // prettier-ignore
  });

  it('passes the environment on, unusual names included, and adds to it by -x', async () => {
    const { stdout } = await expectExit(0, ['-n', '1', '-x', 'ADDED=1=2', '-x', 'KNOWN', 'env'], {
      env: { KNOWN: 'yes', 'odd-name': 'kept', NODE_OPTIONS: '--max-old-space-size=300' },
    });
    const lines = stdout.split('\n');
    for (const line of ['ADDED=1=2', 'KNOWN=yes', 'odd-name=kept', 'NODE_OPTIONS=--max-old-space-size=300']) {
      assert.ok(lines.includes(line), line);
    }
  });

  it('refuses a variable that is not set', async () => {
    const { stderr } = await expectExit(2, ['-n', '1', '-x', 'PARLEY_NOT_SET_ANYWHERE', 'true']);
    assert.match(stderr, /-x: the variable PARLEY_NOT_SET_ANYWHERE is not set/);
  });

  it('starts in the directory that --wdir names, and says so where there is none', async () => {
    const { stdout } = await expectExit(0, [
      '-n',
      '1',
      '--wdir',
      directory,
      'sh',
      '-c',
      'pwd; env | grep ^PWD=',
    ]);
    assert.equal(stdout, `${directory}\nPWD=${directory}\n`);
    const missing = join(directory, 'missing');
    const { stderr } = await expectExit(2, ['-n', '1', '--wdir', missing, 'true']);
    assert.match(stderr, new RegExp(`cannot start "true" in the working directory "${missing}"`));
  });

  it('finds the program where the command line is typed, also with --wdir', async () => {
    const { stdout } = await expectExit(0, ['-n', '1', '--wdir', '/', './greet'], { cwd: directory });
    assert.equal(stdout, `greet ${join(directory, 'greet')} \n`);
  });

  it('says where it has looked for a program that does not exist: 127', async () => {
    const fails = async (program: string, env = {}): Promise<string> =>
      (await expectExit(127, ['-n', '2', program], { cwd: directory, env })).stderr;
    assert.match(
      await fails('missing.ts'),
      new RegExp(`cannot find the program "missing.ts": there is no "${directory}/missing.ts"`),
    );
    assert.match(await fails('./missing'), new RegExp(`there is no "${directory}/missing"`));
    assert.match(
      await fails('missing', { PATH: '/no/where' }),
      /cannot find the program "missing": looked on PATH: \/no\/where/,
    );
    assert.match(await fails('greet'), /did you mean \.\/greet, the file in this directory\?/);
  });

  it('says why a program cannot be executed: 126', async () => {
    const fails = async (program: string): Promise<string> =>
      (await expectExit(126, ['-n', '2', program], { cwd: directory })).stderr;
    assert.match(await fails('./not-executable'), /is not executable; allow it by: chmod \+x/);
    assert.match(await fails('./folder'), /is a directory/);
    assert.match(
      await fails('./no-interpreter'),
      /begins with "#!\/no\/such\/interpreter", and there is no such interpreter/,
    );
  });

  it('starts nothing where one of several programs is missing', async () => {
    const { stdout } = await expectExit(127, [
      '-n',
      '1',
      'echo',
      'started',
      ':',
      '-n',
      '1',
      'no-such-program',
    ]);
    assert.equal(stdout, '');
  });

  it('says what is wanted where shared memory cannot be had', async () => {
    const { stderr } = await expectExit(1, ['-n', '1', 'true'], {
      env: { PARLEY_SHM_DIR: '/no/such/place' },
    });
    assert.match(stderr, /^parley: Cannot make the directory "\/no\/such\/place.*PARLEY_SHM_DIR/);
  });
});
