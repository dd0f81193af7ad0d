import assert from 'node:assert/strict';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import * as prettier from 'prettier';
import { publish, readPublished } from '#bench/publish/publish.js';
import { TABLES_BEGIN, TABLES_END, withTables } from '#bench/publish/performance-tables.js';
import type { BenchResults, RowResult } from '#bench/results.js';
import type { Section } from '#bench/row.js';
import { summarize } from '#bench/statistics.js';

const PAGE = 'docs/performance.md';

function row(
  section: Section,
  id: string,
  bytes: number,
  ours: number,
  theirs: number | undefined,
): RowResult {
  return {
    id,
    section,
    label: `${id}, 2 ranks`,
    ranks: 2,
    bytes,
    unit: 'µs',
    better: 'lower',
    values: {
      parley: summarize([ours]),
      'open-mpi': summarize([5000]),
      ...(theirs === undefined ? {} : { mpich: summarize([theirs]) }),
    },
  };
}

function results(rows: readonly RowResult[]): BenchResults {
  return {
    date: '2026-01-02T03:04:05.000Z',
    machine: { processor: 'P', cores: 2, memoryGib: 8, system: 'Linux 6', node: 'v20.19.0', load: 0 },
    rounds: 3,
    placement: 'left to the system',
    participants: [
      { id: 'parley', label: 'Parley', version: '1.0.0', settings: 'defaults' },
      { id: 'open-mpi', label: 'Open MPI', version: '4.1', settings: 'none' },
      { id: 'mpich', label: 'MPICH', version: null, settings: 'none' },
    ],
    leftOut: [{ label: 'LAM/MPI', reason: 'only root can install it' }],
    rows,
    targets: [],
    failures: [
      { participant: 'mpich', rows: ['bcast-1024-2'], times: 1, message: 'too long', tooSlow: true },
    ],
  };
}

const COLLECTIVES = results([
  row('collectives', 'barrier-2', 0, 0.2, 0.4),
  row('collectives', 'bcast-8-2', 8, 20, 10),
  row('collectives', 'bcast-1024-2', 1024, 2500, undefined),
]);

test('the page shows each row with its ratio to the better C library, in the format that prettier keeps', async () => {
  const page = `# Page\n\n${TABLES_BEGIN}\n\nold\n\n${TABLES_END}\n\nEnd.\n`;
  const written = withTables(page, new Map([['collectives', COLLECTIVES]]));
  const cells = written.split('\n').map((line) => line.replace(/\s+/g, ' '));
  for (const line of [
    '| barrier-2, 2 ranks, µs | 0.20 | 5\u202f000 | 0.40 | 0.50 | yes |'.replace(/\s+/g, ' '),
    '| bcast-8-2, 2 ranks, µs | 20.0 | 5\u202f000 | 10.0 | 2.00 | no |'.replace(/\s+/g, ' '),
    '| bcast-1024-2, 2 ranks, µs | 2\u202f500 | 5\u202f000 | too slow | 0.50 | yes |'.replace(/\s+/g, ' '),
    '**bcast**, the size is the buffer:',
  ]) {
    assert.ok(cells.includes(line), `${line} in\n${written}`);
  }
  assert.ok(written.startsWith('# Page\n') && written.endsWith('\n\nEnd.\n') && !written.includes('old'));
  const config = await prettier.resolveConfig(PAGE);
  assert.equal(await prettier.format(written, { ...config, parser: 'markdown' }), written);
});

test('a page without its marks is refused', () => {
  assert.throws(() => withTables(`${TABLES_END}\n${TABLES_BEGIN}`, new Map()), /the page has no/);
});

test('publishing replaces the sections of a run, and keeps those that it has not measured', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'parley-publish-test-'));
  const paths = {
    run: join(directory, 'run'),
    results: join(directory, 'results'),
    page: join(directory, 'page.md'),
  };
  try {
    await mkdir(paths.run);
    await writeFile(paths.page, `${TABLES_BEGIN}\n${TABLES_END}\n`);
    await writeFile(join(paths.run, 'latest.json'), JSON.stringify(COLLECTIVES));
    await publish(paths);
    const latency = results([row('latency', 'latency-8', 8, 1, 2), row('latency', 'latency-64', 64, 1, 2)]);
    await writeFile(join(paths.run, 'latest.json'), JSON.stringify(latency));
    await publish(paths);
    assert.deepEqual((await readdir(paths.results)).toSorted(), [
      'bcast-2-ranks.svg',
      'collectives.json',
      'latency.json',
      'latency.svg',
      'ping-pong-bandwidth.svg',
    ]);
    const page = await readFile(paths.page, 'utf8');
    assert.ok(page.includes('### Latency: half a round trip') && page.includes('### Collectives'));
    assert.equal(withTables(page, await readPublished(paths.results)), page);
  } finally {
    await rm(directory, { recursive: true });
  }
});

test(`${PAGE} shows what bench/results holds: npm run bench -- --publish writes it anew`, async () => {
  const page = await readFile(PAGE, 'utf8');
  assert.equal(withTables(page, await readPublished('bench/results')), page);
});
