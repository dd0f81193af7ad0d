import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { mpi4py } from '#bench/participants/mpi4py.js';
import { openMpi } from '#bench/participants/open-mpi.js';
import { renderBreakdown } from '#bench/report/breakdown-table.js';
import { SECTIONS } from '#bench/row.js';
import { writeResults } from '#bench/report/write-results.js';
import { runBenchmark } from '#bench/run-benchmark.js';

test('a tiny run of our own side measures every row, and leaves results, tables and plots', async () => {
  const progress: string[] = [];
  const results = await runBenchmark({
    scale: 'tiny',
    rounds: 1,
    sections: SECTIONS,
    peers: [],
    pin: false,
    onProgress: (text) => progress.push(text),
    now: () => new Date(0),
  });

  assert.deepEqual(results.failures, []);
  assert.deepEqual(results.leftOut, []);
  const collectives = results.rows.filter((row) => row.section === 'collectives');
  assert.equal(collectives.length, 2 * (1 + 5 * 2));
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

  const directory = await mkdtemp(join(tmpdir(), 'parley-bench-test-'));
  try {
    await writeResults(results, directory);
    const verbs = ['allgather', 'allreduce', 'alltoall', 'bcast', 'reduce'];
    const ofCollectives = verbs.flatMap((verb) => [`${verb}-2-ranks.svg`, `${verb}-4-ranks.svg`]);
    assert.deepEqual(
      (await readdir(directory)).toSorted(),
      [
        ...ofCollectives,
        'bandwidth.svg',
        'latency.svg',
        'latest.json',
        'latest.txt',
        'overview.svg',
        'ping-pong-bandwidth.svg',
      ].toSorted(),
    );
    const written: unknown = JSON.parse(await readFile(join(directory, 'latest.json'), 'utf8'));
    assert.deepEqual(written, JSON.parse(JSON.stringify(results)));
  } finally {
    await rm(directory, { recursive: true });
  }
});

test('the peers run the same collectives, where they are installed', async (t) => {
  const missing = [...(await openMpi.missing()), ...(await mpi4py.missing())];
  if (missing.length > 0) {
    t.skip(`there is no ${missing.join(', ')}`);
    return;
  }
  const results = await runBenchmark({
    scale: 'tiny',
    rounds: 1,
    sections: ['collectives'],
    peers: ['open-mpi', 'mpi4py'],
    pin: false,
    onProgress: () => undefined,
    now: () => new Date(0),
  });
  assert.deepEqual([results.failures, results.leftOut], [[], []]);
  for (const { id, values } of results.rows) {
    assert.deepEqual(Object.keys(values), ['parley', 'open-mpi', 'mpi4py'], id);
  }
  assert.equal(results.targets.length, 2 * (1 + 5 * 2));
  assert.match(renderBreakdown(results), /^Where ours goes.*\n.*preemptions\n {2}barrier, 2 ranks /);
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
    [['speed'], /"speed" is not among latency, bandwidth, collectives, dynamic, idle, start-up/],
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
