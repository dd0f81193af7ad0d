/** It wants the machine to itself. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { mpi4py } from '#bench/participants/mpi4py.js';
import { openMpi } from '#bench/participants/open-mpi.js';
import { renderBreakdown } from '#bench/report/breakdown-table.js';
import type { PeerId } from '#bench/participants/participant.js';
import type { BenchResults } from '#bench/results.js';
import { SECTIONS, type Section } from '#bench/row.js';
import { writeResults } from '#bench/report/write-results.js';
import { runBenchmark } from '#bench/run-benchmark.js';

function tinyRun(
  sections: readonly Section[],
  peers: readonly PeerId[],
  progress: string[],
): Promise<BenchResults> {
  return runBenchmark({
    scale: 'tiny',
    rounds: 1,
    sections,
    peers,
    pin: false,
    onProgress: (text) => progress.push(text),
    now: () => new Date(0),
  });
}

async function writtenFiles(results: BenchResults): Promise<string[]> {
  const directory = await mkdtemp(join(tmpdir(), 'parley-bench-test-'));
  try {
    await writeResults(results, directory);
    const written: unknown = JSON.parse(await readFile(join(directory, 'latest.json'), 'utf8'));
    assert.deepEqual(written, JSON.parse(JSON.stringify(results)));
    return (await readdir(directory)).toSorted();
  } finally {
    await rm(directory, { recursive: true });
  }
}

test('a tiny run of our own side measures every row, and leaves results, tables and plots', async () => {
  const progress: string[] = [];
  const results = await tinyRun(
    SECTIONS.filter((section) => section !== 'collectives' && section !== 'live'),
    [],
    progress,
  );

  assert.deepEqual(results.failures, []);
  assert.deepEqual(results.leftOut, []);
  assert.equal(results.rows.length, 18);
  for (const row of results.rows) {
    const summary = row.values.parley;
    assert.ok(summary !== undefined, row.id);
    assert.equal(summary.values.length, 1, row.id);
    // The processor time of a rank that sleeps may well be none.
    assert.ok(Number.isFinite(summary.median) && summary.median >= 0, row.id);
    const awaited = ['latency', 'idle'].includes(row.section) || row.id === 'world-latency';
    assert.equal(row.values['parley-awaiting'] !== undefined, awaited, row.id);
    assert.equal(row.values['parley-warm'] !== undefined, row.id.startsWith('spawn-'), row.id);
  }
  assert.ok(progress.some((text) => text.includes('round 1 of 1')));
  assert.deepEqual(await writtenFiles(results), [
    'bandwidth.svg',
    'latency.svg',
    'latest.json',
    'latest.txt',
    'overview.svg',
    'ping-pong-bandwidth.svg',
  ]);
});

test('a tiny run of the collectives measures every row, beside peers where they are installed', async () => {
  const isThere = (await openMpi.missing()).length === 0 && (await mpi4py.missing()).length === 0;
  const results = await tinyRun(['collectives'], isThere ? ['open-mpi', 'mpi4py'] : [], []);

  assert.deepEqual([results.failures, results.leftOut], [[], []]);
  assert.equal(results.rows.length, 2 * (1 + 5 * 2));
  const wanted = ['parley', ...(isThere ? ['open-mpi', 'mpi4py'] : [])];
  for (const { id, values } of results.rows) assert.deepEqual(Object.keys(values), wanted, id);
  assert.equal(results.targets.length, isThere ? results.rows.length : 0);
  assert.match(renderBreakdown(results), /^Where ours goes.*\n.*preemptions\n {2}barrier, 2 ranks /);
  const verbs = ['allgather', 'allreduce', 'alltoall', 'bcast', 'reduce'];
  assert.deepEqual(
    await writtenFiles(results),
    [
      ...verbs.flatMap((verb) => [`${verb}-2-ranks.svg`, `${verb}-4-ranks.svg`]),
      'latest.json',
      'latest.txt',
      'overview.svg',
    ].toSorted(),
  );
});

test('a tiny run of parley/live measures both rows in both ways, beside the protocol of mpidata where mpi4py is', async () => {
  const isThere = (await mpi4py.missing()).length === 0;
  const results = await tinyRun(['live'], isThere ? ['mpi4py'] : [], []);

  assert.deepEqual([results.failures, results.leftOut], [[], []]);
  const wanted = ['parley', 'parley-awaiting', ...(isThere ? ['mpi4py'] : [])];
  assert.deepEqual(
    results.rows.map(({ id, unit, values }) => [id, unit, Object.keys(values)]),
    [
      ['live-updates', 'thousand/s', wanted],
      ['live-frames', 'GB/s', wanted],
    ],
  );
  for (const { values } of results.rows)
    for (const { median } of Object.values(values)) assert.ok(median > 0);
  assert.deepEqual(
    results.targets.map(({ row, wanted: bound }) => [row, bound]),
    isThere ? results.rows.flatMap(({ id }) => Array(2).fill([id, '≥ 2 × mpi4py']) as string[][]) : [],
  );
});

test('an aborted run ends by the reason of its signal and leaves no workspace', async () => {
  const interruption = new AbortController();
  const reason = new Error('enough');
  await assert.rejects(
    runBenchmark({
      scale: 'tiny',
      rounds: 1,
      sections: ['latency'],
      peers: [],
      pin: false,
      signal: interruption.signal,
      onProgress: () => {
        interruption.abort(reason);
      },
      now: () => new Date(0),
    }),
    reason,
  );
});

test('the command refuses what it does not know, and says what there is', () => {
  const bench = (...options: string[]): ReturnType<typeof spawnSync> =>
    spawnSync(process.execPath, ['bin/parley.js', 'bench', ...options], { encoding: 'utf8' });
  for (const [options, wanted] of [
    [['speed'], /"speed" is not among latency, bandwidth, collectives, dynamic, live, idle, start-up/],
    [['--peers', 'pvm'], /"pvm" is not among open-mpi, mpich, lam, mpi4py/],
    [['--rounds', '0'], /"0" is no number of rounds/],
    [['--tune', 'latency'], /--tune takes no groups: leave out latency/],
  ] as const) {
    const { status, stderr, stdout } = bench(...options);
    assert.equal(status, 2, options.join(' '));
    assert.match(String(stderr), wanted);
    assert.equal(stdout, '');
  }
});
