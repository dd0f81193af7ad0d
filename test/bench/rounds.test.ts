import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import type { Participant } from '#bench/participants/participant.js';
import type { Step } from '#bench/plan.js';
import { runRounds } from '#bench/rounds.js';
import type { Row } from '#bench/row.js';

function row(bytes: number): Row {
  const benchCase = { kind: 'bcast', bytes, window: 0, iterations: 1, batches: 1, milliseconds: 1 } as const;
  return {
    id: `bcast-${bytes}-2`,
    section: 'collectives',
    label: '',
    ranks: 2,
    metric: 'duration',
    benchCase,
  };
}

function step(rows: readonly Row[], timeoutMs: number): Step {
  return { section: 'collectives', ranks: 2, rows, roundsMax: Infinity, timeoutMs };
}

/** A library whose rank program is a line of shell for each case. */
function participant(lineOf: (bytes: string) => string): Participant & { jobs: string[][] } {
  const jobs: string[][] = [];
  return {
    id: 'mpich',
    label: 'MPICH',
    version: undefined,
    settings: 'none',
    kinds: new Set(['bcast']),
    command: (_, cases) => {
      const sizes = cases.map((text) => text.split(':')[1] ?? '');
      jobs.push(sizes);
      return { file: 'sh', args: ['-c', sizes.map(lineOf).join('\n')] };
    },
    close: () => Promise.resolve(),
    jobs,
  };
}

const record = (bytes: string): string =>
  `echo '{"kind":"bcast","bytes":${bytes},"window":0,"ranks":2,"iterations":10,"seconds":[0.001]}'`;

test('a row that does not end is too slow, is asked for once, and takes no other row with it', async () => {
  const slow = participant((bytes) => (bytes === '16' ? 'exec sleep 60' : record(bytes)));
  const { values, failures } = await runRounds({
    steps: [step([row(8), row(16), row(24)], 1000)],
    participants: [slow],
    rounds: 2,
    signal: undefined,
    onProgress: () => undefined,
  });
  assert.deepEqual(slow.jobs, [['8', '16', '24'], ['24'], ['8', '24']]);
  assert.deepEqual([...values.keys()], ['bcast-8-2', 'bcast-24-2']);
  for (const ofRow of values.values()) assert.deepEqual(ofRow.get('mpich'), [100, 100]);
  assert.equal(failures.length, 1);
  assert.deepEqual(failures[0]?.rows, ['bcast-16-2']);
  assert.equal(failures[0].tooSlow, true);
  assert.match(failures[0].message, /did not end within 1 s/);
});

test('a job that fails is noted with all its rows, in each of its rounds', async () => {
  const broken = participant((bytes) => (bytes === '16' ? 'echo no memory >&2; exit 3' : record(bytes)));
  const { values, failures } = await runRounds({
    steps: [step([row(8), row(16)], 60_000)],
    participants: [broken],
    rounds: 2,
    signal: undefined,
    onProgress: () => undefined,
  });
  assert.equal(values.size, 0);
  assert.deepEqual(failures, [
    {
      participant: 'mpich',
      rows: ['bcast-8-2', 'bcast-16-2'],
      times: 2,
      message: 'sh ended with exit code 3:\nno memory',
      tooSlow: false,
    },
  ]);
});

test('a job whose stray holds its output is given up, and swept after', async () => {
  let sweeps = 0;
  // The stray is no child of the shell's when that has ended, and lives as long as this test wants.
  const stray = participant(() => 'setsid sh -c \'echo $$ >&3; exec sleep 60\' 3>"$PIDS" & exec sleep 60');
  const folder = mkdtempSync(join(tmpdir(), 'stray-'));
  const pids = join(folder, 'pid');
  const { failures } = await runRounds({
    steps: [step([row(8)], 500)],
    participants: [
      {
        ...stray,
        command: (ranks, cases) => ({ ...stray.command(ranks, cases), env: { PIDS: pids } }),
        sweep: () => {
          sweeps++;
          process.kill(Number(readFileSync(pids, 'utf8')), 'SIGKILL');
          return Promise.resolve();
        },
      },
    ],
    rounds: 1,
    signal: undefined,
    onProgress: () => undefined,
  });
  rmSync(folder, { recursive: true });
  assert.equal(sweeps, 1);
  assert.equal(failures[0]?.tooSlow, true);
});
