/** The info key `soft`: which numbers of processes would do. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { parseSoft } from '#dynamic/soft.js';

/** [soft, maxprocs, the acceptable numbers] */
const EXAMPLES: readonly (readonly [string, number, readonly number[]])[] = [
  ['4', 4, [4]],
  ['4', 3, []],
  ['2,4,8', 5, [4, 2]],
  ['0:3', 10, [3, 2, 1, 0]],
  ['0:100', 3, [3, 2, 1, 0]],
  ['1:16:5', 16, [16, 11, 6, 1]],
  ['1:16:5', 12, [11, 6, 1]],
  ['10:1:-3', 10, [10, 7, 4, 1]],
  ['10:1:-3', 8, [7, 4, 1]],
  ['-3:4:2', 9, [3, 1]],
  ['5:2', 9, []],
  [' 1 , 2:4:2 ,1', 9, [4, 2, 1]],
];

const MALFORMED = [
  '',
  ',',
  '1,',
  'x',
  '1:2:3:4',
  '1:2:0',
  '1.5',
  '1e3',
  '0x10',
  '1:',
  ':',
  '1;2',
  '9999999999',
];

/** As the standard says it: a, a + c, a + 2c, …, in the order of the numbers, those above maxprocs left out. */
function naive(triples: readonly (readonly [number, number, number])[], maxprocs: number): number[] {
  const wanted = Array.from({ length: maxprocs + 1 }, (_, count) => count).filter((count) =>
    triples.some(
      ([a, b, c]) => (c > 0 ? a <= count && count <= b : b <= count && count <= a) && (count - a) % c === 0,
    ),
  );
  return wanted.reverse();
}

describe('soft', () => {
  for (const [soft, maxprocs, wanted] of EXAMPLES) {
    it(`"${soft}" of ${String(maxprocs)} accepts ${wanted.join(', ') || 'nothing'}`, () => {
      assert.deepEqual(parseSoft(soft, maxprocs), wanted);
    });
  }

  it('takes as long for numbers that nobody has processes for', () => {
    assert.deepEqual(parseSoft('-999999999:999999999,999999999:-999999999:-1', 2), [2, 1, 0]);
    assert.deepEqual(parseSoft('-999999999:999999999:999999999', 2), [0]);
  });

  it('accepts what the standard says of any list of triples', () => {
    const small = fc.integer({ min: -20, max: 40 });
    const stride = fc.integer({ min: -7, max: 7 }).filter((c) => c !== 0);
    const lists = fc.array(fc.tuple(small, small, stride), { minLength: 1, maxLength: 4 });
    fc.assert(
      fc.property(lists, fc.nat(30), (triples, maxprocs) => {
        const soft = triples.map((triple) => triple.join(':')).join(',');
        assert.deepEqual(parseSoft(soft, maxprocs), naive(triples, maxprocs));
      }),
    );
  });

  for (const soft of MALFORMED) {
    it(`${JSON.stringify(soft)} is refused`, () => {
      assert.throws(() => parseSoft(soft, 4), {
        code: 'MPI_ERR_INFO_VALUE',
        message: /is no a, a:b or a:b:c/,
      });
    });
  }
});
