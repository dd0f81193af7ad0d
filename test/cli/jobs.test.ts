/** `parley ps`, `parley names`, `parley clean`: what is seen of the jobs of a host from outside, and how they are ended. */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, afterEach, before, describe, it, mock } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { clean } from '#cli/commands/clean.js';
import { names } from '#cli/commands/names.js';
import { ps } from '#cli/commands/ps.js';
import { UsageError } from '#cli/usage-error.js';
import { currentPlace } from '#pmi/process-identity.js';
import { ParleyRun, ROOT, startParley, type RunResult } from '../harness/parley-run.ts';
import { programFile, startRanks } from '../harness/run-ranks.ts';
import { makeSharedMemory } from '../runtime/shared-memory.ts';
import { STEPS } from './finished-run.ts';

interface RankShape {
  readonly pid: number;
  readonly program: string;
  readonly state: string;
  readonly cpu: string;
  readonly waits: { readonly blocked: boolean; readonly waits: { operation: string; site: string }[] } | null;
}

interface JobShape {
  readonly job: string;
  readonly kind: string;
  readonly parents: string[];
  readonly ownerPid: number;
  readonly ranks: RankShape[];
}

interface Seen {
  readonly jobs: JobShape[];
  readonly circles: string[][];
}

let place: string;
const runs: ParleyRun[] = [];
before(() => (place = makeSharedMemory()));
afterEach(() => {
  for (const run of runs.splice(0)) run.release();
});
after(() => rmSync(place, { recursive: true, force: true }));

/** All see each other, as on a host where nobody names another place. */
const env = (): NodeJS.ProcessEnv => ({ PARLEY_SHM_DIR: place });
const keep = (run: ParleyRun): ParleyRun => (runs.push(run), run);
const alone = (program: string, ...args: string[]): ParleyRun =>
  keep(new ParleyRun([process.execPath, programFile(program), ...args], { env: env(), input: '' }));

async function parley(...args: string[]): Promise<RunResult> {
  const run = startParley(args, { env: env(), input: '' });
  const result = await run.ended;
  await run.expectClean();
  return result;
}

async function seen(...args: string[]): Promise<Seen> {
  const { code, stdout, stderr } = await parley('ps', '--json', ...args);
  assert.deepEqual([code, stderr], [0, '']);
  return JSON.parse(stdout) as Seen;
}

/** Looks until it is as `wanted`. */
async function until(wanted: (now: Seen) => boolean, ...args: string[]): Promise<Seen> {
  for (;;) {
    const now = await seen(...args);
    if (wanted(now)) return now;
  }
}

const userBase = (): string => join(place, `parley-${process.getuid?.() ?? 0}`);

describe('where nothing runs', () => {
  it('ps, names and clean say so, and make nothing', async () => {
    const commands = ['ps', 'names', 'clean'];
    const results = await Promise.all(commands.map((command) => parley(command)));
    assert.deepEqual(
      results.map(({ code, stdout, stderr }) => [code, stdout, stderr]),
      ['no jobs\n', 'no names\n', 'nothing to clean\n'].map((text) => [0, text, '']),
    );
    assert.deepEqual(await seen(), { jobs: [], circles: [] });
    assert.deepEqual(readdirSync(place), []);
  });

  it('their help fits a screen and shows examples; slips are usage errors', async () => {
    for (const [name, command] of Object.entries({ ps, names, clean })) {
      const text = await printed(() => command(['--help']));
      const lines = text.trimEnd().split('\n');
      assert.ok(lines.length <= 24 && lines.every((line) => line.length <= 80), text);
      assert.match(text, new RegExp(`^Usage: parley ${name} `));
      assert.match(text, /^Examples:\n {2}parley /m);
      for (const slip of [['--frob'], ['too', 'much']]) await assert.rejects(command(slip), UsageError);
    }
  });
});

/** What a command of this process writes to the standard output. */
async function printed(command: () => Promise<number>): Promise<string> {
  let text = '';
  const write = mock.method(process.stdout, 'write', (chunk: string, done: () => void) => {
    text += chunk;
    done();
    return true;
  });
  try {
    assert.equal(await command(), 0);
  } finally {
    write.mock.restore();
  }
  return text;
}

describe('jobs of all kinds', () => {
  it('are listed with what each rank does; names with who has published them; clean ends them all', async () => {
    const launched = keep(startRanks('hangs', { ranks: 2, env: env() }));
    const single = alone('seen-from-outside');
    await single.waitForOutput(/ready/);
    const { jobs, circles } = await until(
      (now) =>
        now.circles.length > 0 && now.jobs.flatMap(({ ranks }) => ranks).some(({ cpu }) => cpu === 'stopped'),
    );
    assert.deepEqual(jobs.map(({ kind }) => kind).sort(), ['launched', 'single', 'spawned']);
    const [first, lone, child] = ['launched', 'single', 'spawned'].map((kind) =>
      jobs.find((job) => job.kind === kind)!,
    ) as [JobShape, JobShape, JobShape];
    assert.equal(first.ownerPid, launched.pid);
    assert.equal(lone.ranks[0]?.pid, single.pid);
    assert.deepEqual(child.parents, [`${lone.job}.0`]);
    assert.ok(jobs.flatMap(({ ranks }) => ranks).every(({ state }) => state === 'running'));
    assert.deepEqual(circles, [[`${first.job}.0`, `${first.job}.1`]]);
    assert.match(first.ranks[0]?.waits?.waits[0]?.site ?? '', /hangs\.js:\d+:\d+$/);
    assert.deepEqual([first.ranks[0]?.waits?.blocked, first.ranks[1]?.waits?.blocked], [true, false]);

    const table = (await parley('ps')).stdout;
    assert.match(
      table,
      new RegExp(`^job ${first.job.slice(0, 8)} {2}started by parley run \\(pid ${launched.pid}\\), `, 'm'),
    );
    assert.match(
      table,
      /^ {2}rank 0 {2}\d+ {2}hangs\.js {2}sleeping {2}waits .* for rank 1 in recv \(tag 5, .*\) at build\/test\/programs\/hangs\.js:\d+$/m,
    );
    assert.match(
      table,
      /^ {2}a circle, in which nobody can go on: rank 0 waits for rank 1, rank 1 for rank 0$/m,
    );
    assert.match(table, new RegExp(`^job .* {2}spawned by rank 0 of job ${lone.job.slice(0, 8)}, `, 'm'));
    assert.match(table, /^ {2}rank 0 {2}\d+ {2}seen-from-outside\.js {2}STOPPED {2}stopped/m);
    assert.match((await parley('ps', '--all')).stdout, /^job .* {2}agent \(pid \d+\)/m);

    const listed = (await parley('names')).stdout;
    assert.match(
      listed,
      new RegExp(
        `^"the ocean" {2}parley:1:${lone.job.slice(0, 8)}…:[0-9a-f]{16} {2}pid ${single.pid} {2}seen-from-outside\\.js {2}.* ago\n$`,
      ),
    );
    const [name] = JSON.parse((await parley('names', '--json')).stdout) as {
      service: string;
      port: string;
      pid: number;
    }[];
    assert.deepEqual([name?.service, name?.pid], ['the ocean', single.pid]);
    assert.equal(single.stdout.includes(name?.port ?? '-'), true);

    const unasked = await parley('clean');
    assert.equal(unasked.code, 2);
    assert.match(unasked.stderr, /nobody can be asked here: --yes or --dry-run is wanted/);
    const dry = await parley('clean', '--dry-run');
    assert.match(dry.stdout, /^would end \d+ processes:\njob /);
    assert.equal((await seen()).jobs.length, 3);
    const done = await parley('clean', '--yes');
    assert.deepEqual([done.code, done.stderr], [0, '']);
    assert.match(done.stdout, /^ended \d+ processes/);
    assert.equal((await launched.ended).code, 143);
    assert.equal((await single.ended).signal, 'SIGTERM');
    assert.deepEqual(readdirSync(place), []);
    for (const run of runs.splice(0)) await run.expectClean();
  });

  it('come and go while many look at them', async () => {
    const staying = keep(startRanks('hangs', { ranks: 2, env: env() }));
    await staying.waitForOutput(/begins/);
    let over = false;
    const coming = (async () => {
      for (let time = 0; time < 2; time++) {
        const two = [1, 2].map((n) =>
          keep(startParley(['run', '-n', String(n), STEPS, '*=start,finalize'], { env: env() })),
        );
        for (const { ended } of two) assert.equal((await ended).code, 0);
      }
      over = true;
    })();
    while (!over) {
      const [before] = await Promise.all([seen(), parley('names')]);
      const all = await seen('--all');
      const living = await seen();
      // Jobs come and go between two looks; what was there before and after was there.
      const lasting = before.jobs.filter(({ job }) => living.jobs.some((later) => later.job === job));
      assert.ok(all.jobs.length >= lasting.length);
      for (const { job } of lasting)
        assert.ok(
          all.jobs.some((each) => each.job === job),
          job,
        );
      for (const { jobs } of [all, living]) assert.ok(jobs.some(({ ownerPid }) => ownerPid === staying.pid));
    }
    await coming;
    staying.kill('SIGTERM');
    for (const run of runs.splice(0)) await run.expectClean();
  });
});

describe('clean', () => {
  it('kills what does not end when it is asked, also what is stopped, and sweeps what killed launchers left', async () => {
    const stubborn = keep(
      startParley(['run', '-n', '2', '--grace', '60s', STEPS, '*=ignore:SIGTERM,start,print:ready,wait'], {
        env: env(),
      }),
    );
    await stubborn.waitForOutput(/(?:ready\n[^]*){2}/);
    const stopped = keep(startRanks('hangs', { ranks: 2, env: env() }));
    await stopped.waitForOutput(/begins/);
    stopped.kill('SIGSTOP');
    // As a launcher leaves it that is killed together with its guard.
    const dead = join(userBase(), 'e'.repeat(32));
    mkdirSync(dead);
    const owner = { pid: 2 ** 22 + 1, startTime: '1', place: currentPlace() };
    writeFileSync(join(dead, 'owner'), JSON.stringify(owner));
    assert.match((await parley('clean', '--dry-run')).stdout, new RegExp(`^would remove ${dead}$`, 'm'));
    const { code, stdout } = await parley('clean', '--yes', '--grace', '300ms');
    assert.equal(code, 0);
    assert.match(stdout, /^ended \d+ processes, \d+ of them by SIGKILL$/m);
    assert.match(stdout, /^removed what \d killed jobs? had left$/m);
    assert.equal((await stubborn.ended).signal, 'SIGKILL');
    await stopped.ended;
    for (const run of runs.splice(0)) await run.expectClean();
    while (readdirSync(place).length > 0) await delay(10);
  });

  it('asks on a terminal, where everything but yes is a no', async () => {
    const running = keep(startRanks('hangs', { ranks: 2, env: env() }));
    await running.waitForOutput(/(?:begins\n[^]*){2}/);
    const command = `exec '${process.execPath}' '${join(ROOT, 'bin/parley.js')}' clean`;
    const answered = async (answer: string): Promise<RunResult> => {
      const run = new ParleyRun(['script', '-qefc', command, '/dev/null'], { env: env() });
      await run.waitForOutput(/hangs\.js[^]*End 3 processes \(agents included\)\? \[y\/N\] /);
      run.stdin.write(answer);
      const result = await run.ended;
      await run.expectClean();
      return result;
    };
    for (const { code, stdout } of await Promise.all(['\u0003', '\u0004', '\r', 'never\r'].map(answered))) {
      assert.match(stdout, /\r\nnothing was ended\r\n$/);
      assert.equal(code, 1);
    }
    assert.equal((await seen()).jobs.length, 1);
    const { code, stdout } = await answered('y\r');
    assert.match(stdout, /ended 3 processes\r\n$/);
    assert.equal(code, 0);
    for (const run of runs.splice(0)) await run.expectClean();
  });

  it('touches no process that only looks like one of a job', async () => {
    const stranger = spawn(process.execPath, ['-e', 'setInterval(() => 0, 60000); console.log("ready")'], {
      env: { ...process.env, PARLEY_JOB_ENVIRONMENT: '{"agent":"not one","directory":"/elsewhere/x"}' },
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    try {
      await new Promise((resolve) => stranger.stdout.once('data', resolve));
      mkdirSync(join(userBase(), 'f'.repeat(32)), { recursive: true });
      // The number of a process that lives, with the start of another.
      const owner = { pid: stranger.pid, startTime: '1', place: currentPlace() };
      writeFileSync(join(userBase(), 'f'.repeat(32), 'owner'), JSON.stringify(owner));
      const { code, stdout } = await parley('clean', '--yes');
      assert.equal(code, 0);
      assert.match(stdout, /^removed what 1 killed job had left\n$/);
      assert.equal(stranger.exitCode ?? stranger.signalCode, null);
      assert.equal(stranger.kill(0), true);
    } finally {
      stranger.kill('SIGKILL');
    }
  });
});
