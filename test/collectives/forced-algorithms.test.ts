import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { test } from 'node:test';
import { ALGORITHM_TABLE } from '#collectives/tuning/algorithm-table.js';
import { ALGORITHMS, type Algorithms, COMMON } from '#collectives/tuning/algorithms.js';
import { chooseAlgorithm, prefersCommon } from '#collectives/tuning/choose-algorithm.js';
import { withForcedAlgorithms } from '#collectives/tuning/forced-algorithms.js';

const forced = (text: string): ReturnType<typeof withForcedAlgorithms> =>
  withForcedAlgorithms(ALGORITHM_TABLE, { PARLEY_ALGORITHM: text });

test('every row of the table names an algorithm of its verb, and the last one covers everything', () => {
  for (const [verb, rows] of Object.entries(ALGORITHM_TABLE)) {
    const names: readonly string[] = ALGORITHMS[verb as keyof Algorithms];
    for (const { algorithm } of rows) assert.ok(names.includes(algorithm), `${verb}: ${algorithm}`);
    const last = rows.at(-1);
    assert.ok(last?.upToBytes === Infinity && !('upToRanks' in last), verb);
  }
  assert.deepEqual(Object.keys(ALGORITHM_TABLE).toSorted(), Object.keys(ALGORITHMS).toSorted());
});

test('a forced algorithm is taken whatever the size and the ranks, and other verbs go by the table', () => {
  for (const verb of Object.keys(ALGORITHMS) as (keyof Algorithms)[]) {
    for (const algorithm of ALGORITHMS[verb]) {
      const table = forced(` ${verb} = ${algorithm},`);
      for (const bytes of [0, 8, 1 << 20, 1 << 30]) {
        for (const ranks of [1, 2, 7, 1000]) {
          assert.equal(prefersCommon(verb, bytes, ranks, table), algorithm === COMMON);
          const byMessages = chooseAlgorithm(
            verb,
            bytes,
            ranks,
            algorithm === COMMON ? ALGORITHM_TABLE : table,
          );
          assert.equal(chooseAlgorithm(verb, bytes, ranks, table), byMessages);
          if (algorithm !== COMMON) assert.equal(byMessages, algorithm);
        }
      }
      assert.deepEqual({ ...table, [verb]: null }, { ...ALGORITHM_TABLE, [verb]: null });
    }
  }
});

test('several verbs are separated by commas, and nothing forces nothing', () => {
  const table = forced('bcastInto=scatter-allgather,alltoallInto=bruck');
  assert.equal(chooseAlgorithm('bcastInto', 8, 4, table), 'scatter-allgather');
  assert.equal(chooseAlgorithm('alltoallInto', 1 << 20, 4, table), 'bruck');
  assert.deepEqual(forced(''), ALGORITHM_TABLE);
  assert.deepEqual(withForcedAlgorithms(ALGORITHM_TABLE, {}), ALGORITHM_TABLE);
});

test('a name that does not exist is an error that lists those that do', () => {
  for (const [text, wanted] of [
    [
      'broadcast=binomial',
      /"broadcast=binomial" of PARLEY_ALGORITHM: there is no choice for "broadcast", but for barrier, bcastInto, /,
    ],
    [
      'bcastInto=ring',
      /"ring" is no algorithm of bcastInto, which has binomial, common, flat, scatter-allgather/,
    ],
    ['bcastInto', /"" is no algorithm of bcastInto.*verb=algorithm is wanted/],
    ['toString=x', /there is no choice for "toString"/],
  ] as const) {
    assert.throws(() => forced(text), wanted, text);
  }
});

test('a job whose environment names no algorithm of ours does not start', () => {
  const { status, stderr } = spawnSync(
    process.execPath,
    ['bin/parley.js', 'run', '-n', '1', 'dist/index.js'],
    { encoding: 'utf8', env: { ...process.env, PARLEY_ALGORITHM: 'bcastInto=fast' } },
  );
  assert.equal(status, 1);
  assert.match(
    stderr,
    /Cannot take "bcastInto=fast" of PARLEY_ALGORITHM: "fast" is no algorithm of bcastInto/,
  );
});
