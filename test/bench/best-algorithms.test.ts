import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { bestRows, type TimesAtRanks } from '#bench/tune/best-algorithms.js';

/** At these sizes the times that `seconds` gives for each name. */
function times(
  ranks: number,
  sizes: readonly number[],
  seconds: (bytes: number) => Record<string, number>,
): TimesAtRanks {
  return {
    ranks,
    sizes: sizes.map((bytes) => ({ bytes, seconds: new Map(Object.entries(seconds(bytes))) })),
  };
}

const SIZES = [8, 32, 128, 512, 2048];
/** What is chosen for more ranks than were measured. */
const STANDING = [{ upToBytes: Infinity, algorithm: 'by hand' }];

test('the table changes to another algorithm half-way, by factors, between the sizes where it becomes the better one', () => {
  const rows = bestRows(
    [times(2, SIZES, (bytes) => ({ tree: 1 + bytes, ring: 200 + bytes / 10 }))],
    STANDING,
  );
  assert.deepEqual(rows, [
    { upToBytes: 256, upToRanks: 2, algorithm: 'tree' },
    { upToBytes: Infinity, upToRanks: 2, algorithm: 'ring' },
    ...STANDING,
  ]);
});

test('numbers of ranks with the same rows share them, others have their own up to the middle, more have those that stand', () => {
  const tree = { tree: 1, ring: 2 };
  const ring = { tree: 2, ring: 1 };
  const measured = [
    times(2, SIZES, () => tree),
    times(3, SIZES, () => tree),
    times(4, SIZES, () => ring),
    times(8, SIZES, () => tree),
  ];
  const rows = bestRows(measured, [{ upToBytes: 9, upToRanks: 8, algorithm: 'old' }, ...STANDING]);
  assert.deepEqual(rows, [
    { upToBytes: Infinity, upToRanks: 3, algorithm: 'tree' },
    { upToBytes: Infinity, upToRanks: 5, algorithm: 'ring' },
    { upToBytes: Infinity, upToRanks: 8, algorithm: 'tree' },
    ...STANDING,
  ]);
});

test('noise makes no stripes', () => {
  const noise = new Map([8, 128, 2048].map((bytes) => [bytes, 1.2]));
  const rows = bestRows([times(2, SIZES, (bytes) => ({ tree: noise.get(bytes) ?? 1, ring: 1.1 }))], []);
  assert.equal(rows.length, 1);
});

test('an algorithm that failed at a size is not chosen there', () => {
  const rows = bestRows(
    [times(2, SIZES, (bytes) => ({ tree: 10, ring: bytes > 100 ? Infinity : 1 }))],
    STANDING,
  );
  assert.deepEqual(rows, [
    { upToBytes: 64, upToRanks: 2, algorithm: 'ring' },
    { upToBytes: Infinity, upToRanks: 2, algorithm: 'tree' },
    ...STANDING,
  ]);
  assert.throws(
    () => bestRows([times(2, SIZES, () => ({ tree: Infinity, ring: Infinity }))], STANDING),
    /none could be measured at 8 bytes/,
  );
});

test('the choices cost at most a factor of 1.65 more, for each change, than the best at every size', () => {
  const microseconds = fc.double({ min: 0.1, max: 1000, noNaN: true });
  const atSizes = fc.array(fc.tuple(microseconds, microseconds, microseconds), {
    minLength: 5,
    maxLength: 5,
  });
  fc.assert(
    fc.property(atSizes, (seconds) => {
      const of = (bytes: number): Record<string, number> => {
        const [a = 0, b = 0, c = 0] = seconds[SIZES.indexOf(bytes)] ?? [];
        return { a, b, c };
      };
      const rows = bestRows([times(2, SIZES, of)], []);
      assert.equal(rows.at(-1)?.upToBytes, Infinity);
      const logarithms = (pick: (bytes: number) => number): number =>
        SIZES.reduce((sum, bytes) => sum + Math.log(pick(bytes)), 0);
      const chosen = logarithms((bytes) => {
        const name = rows.find(({ upToBytes }) => bytes <= upToBytes)?.algorithm ?? '';
        return of(bytes)[name] ?? NaN;
      });
      const best = logarithms((bytes) => Math.min(...Object.values(of(bytes))));
      assert.ok(chosen <= best + 0.5 * (SIZES.length - 1) + 1e-9);
    }),
  );
});
