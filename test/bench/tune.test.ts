/** It wants the machine to itself. */
import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { pathToFileURL } from 'node:url';
import * as prettier from 'prettier';
import { renderTuning } from '#bench/report/tuning-report.js';
import { tuneAlgorithms } from '#bench/tune/tune-algorithms.js';
import { writeTable } from '#bench/tune/write-table.js';
import { ALGORITHM_TABLE } from '#collectives/tuning/algorithm-table.js';
import { ALGORITHMS } from '#collectives/tuning/algorithms.js';

test('a tiny tuning forces every algorithm of a verb, and writes a table of its form', async () => {
  const progress: string[] = [];
  const tuning = await tuneAlgorithms({
    scale: 'tiny',
    rounds: 1,
    verbs: ['barrier', 'alltoallInto'],
    onProgress: (text) => progress.push(text),
  });
  assert.deepEqual(tuning.failures, []);
  assert.deepEqual(
    progress,
    (['barrier', 'alltoallInto'] as const).flatMap((verb) =>
      ALGORITHMS[verb].map((name) => `round 1 of 1: ${verb}=${name} on 2 ranks`),
    ),
  );
  const { barrier, alltoallInto, ...others } = tuning.table;
  const { barrier: _, alltoallInto: before, ...othersBefore } = ALGORITHM_TABLE;
  assert.deepEqual(others, othersBefore);
  // A barrier moves nothing: it has one size.
  assert.deepEqual(
    barrier.map(({ upToBytes }) => upToBytes),
    [
      Infinity,
      ...ALGORITHM_TABLE.barrier
        .filter(({ upToRanks = Infinity }) => upToRanks > 2)
        .map(({ upToBytes }) => upToBytes),
    ],
  );
  assert.ok(before.length > 0 && alltoallInto.at(-1)?.upToBytes === Infinity);
  const report = renderTuning(tuning);
  for (const text of ['alltoallInto, 2 ranks, µs', '64 KiB', ' *', ...ALGORITHMS.alltoallInto]) {
    assert.ok(report.includes(text), `${text} in\n${report}`);
  }

  const directory = await mkdtemp(join(tmpdir(), 'parley-tune-test-'));
  try {
    const file = join(directory, 'algorithm-table.ts');
    await writeTable(file, tuning, new Date(0));
    const text = await readFile(file, 'utf8');
    assert.match(text, /Written by `npm run bench -- --tune` on 1970-01-01/);
    const config = await prettier.resolveConfig('src/collectives/tuning/algorithm-table.ts');
    assert.equal(await prettier.format(text, { ...config, parser: 'typescript' }), text);
    const withoutTypes = text.replace(/^import type .*$/m, '').replace(': AlgorithmTable', '');
    await writeFile(join(directory, 'table.mjs'), withoutTypes);
    const read = (await import(pathToFileURL(join(directory, 'table.mjs')).href)) as Record<string, unknown>;
    assert.deepEqual(read['ALGORITHM_TABLE'], tuning.table);
  } finally {
    await rm(directory, { recursive: true });
  }
});
