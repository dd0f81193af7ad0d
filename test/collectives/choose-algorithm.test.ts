/** The choice of an algorithm: the first row of the table that covers bytes and ranks. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { ALGORITHM_TABLE } from '#collectives/tuning/algorithm-table.js';
import { ALGORITHMS, type AlgorithmTable, COMMON } from '#collectives/tuning/algorithms.js';
import { chooseAlgorithm, prefersCommon } from '#collectives/tuning/choose-algorithm.js';

const VERBS = Object.keys(ALGORITHMS) as (keyof typeof ALGORITHMS)[];

describe('The table of algorithms', () => {
  it('has an algorithm of the verb for every length and number of ranks', () => {
    for (const verb of VERBS) {
      const known: readonly string[] = ALGORITHMS[verb];
      for (const bytes of [0, 1, 8, 1000, 2 ** 16, 2 ** 31]) {
        for (const ranks of [1, 2, 3, 4, 9, 64, 65, 2046]) {
          const chosen: string = chooseAlgorithm(verb, bytes, ranks, ALGORITHM_TABLE);
          assert.ok(known.includes(chosen) && chosen !== COMMON, `${verb} ${bytes} ${ranks}`);
        }
      }
    }
  });

  it('is gone through from the first row on; limits are included', () => {
    const table: AlgorithmTable = {
      ...ALGORITHM_TABLE,
      alltoallInto: [
        { upToBytes: 100, upToRanks: 4, algorithm: 'spread' },
        { upToBytes: 100, algorithm: 'bruck' },
        { upToBytes: Infinity, algorithm: 'pairwise' },
      ],
    };
    const choose = (bytes: number, ranks: number): string =>
      chooseAlgorithm('alltoallInto', bytes, ranks, table);
    assert.deepEqual(
      [choose(100, 4), choose(0, 1), choose(100, 5), choose(101, 4), choose(2 ** 40, 5000)],
      ['spread', 'spread', 'bruck', 'pairwise', 'pairwise'],
    );
  });

  it('says where memory in common is preferred, and what is taken where there is none', () => {
    const table: AlgorithmTable = {
      ...ALGORITHM_TABLE,
      alltoallInto: [
        { upToBytes: 100, upToRanks: 4, algorithm: 'common' },
        { upToBytes: 200, algorithm: 'bruck' },
        { upToBytes: Infinity, upToRanks: 8, algorithm: 'common' },
        { upToBytes: Infinity, algorithm: 'pairwise' },
      ],
    };
    for (const [bytes, ranks, common, byMessages] of [
      [100, 4, true, 'bruck'],
      [100, 5, false, 'bruck'],
      [101, 4, false, 'bruck'],
      [201, 8, true, 'pairwise'],
      [201, 9, false, 'pairwise'],
    ] as const) {
      assert.equal(prefersCommon('alltoallInto', bytes, ranks, table), common);
      assert.equal(chooseAlgorithm('alltoallInto', bytes, ranks, table), byMessages);
    }
  });
});
