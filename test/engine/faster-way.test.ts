import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { FasterWay } from '#engine/faster-way.js';

const LENGTH = 2 ** 20;
const BLOCK = 16;

/** Messages one after the other, each of which takes so long by the way that is chosen; which ways these were, by blocks. */
function run(way: FasterWay, blocks: number, fetchMs: number, sendMs: number, length = LENGTH): boolean[] {
  const chosen: boolean[] = [];
  for (let k = 0; k < blocks * BLOCK; k++) {
    const fetches = way.fetches(length);
    if (k % BLOCK === 0) chosen.push(fetches);
    else assert.equal(fetches, chosen.at(-1), 'a block goes one way');
    const begun = now;
    now += fetches ? fetchMs : sendMs;
    way.took(length, fetches, begun, now);
    // The program computes.
    now += 5;
  }
  return chosen;
}
let now = 1000;

describe('The faster way', () => {
  it('is found after both have had their turns, and taken from then on', () => {
    for (const [fetchMs, sendMs] of [
      [1, 2],
      [2, 1],
    ] as const) {
      const chosen = run(new FasterWay(), 30, fetchMs, sendMs);
      assert.deepEqual(chosen.slice(0, 4), [true, false, true, false]);
      assert.ok(chosen.slice(4).every((fetches) => fetches === fetchMs < sendMs));
    }
  });

  it('has to show now and then that it still is the faster one', () => {
    const way = new FasterWay();
    run(way, 4, 1, 2);
    const later = run(way, 32, 1, 2);
    assert.deepEqual(later, [...Array<boolean>(31).fill(true), false]);
    // Copies have become slow: within a few blocks that is noticed.
    const changed = run(way, 8, 4, 2);
    assert.deepEqual(changed.slice(-4), [false, false, false, false]);
  });

  it('is told by what a whole window takes, whose messages wait for each other', () => {
    const way = new FasterWay();
    // Copied one after the other; sent side by side, so that all come at the end: one by one these look slow.
    const window = (): boolean => {
      const begun = now;
      const fetches = Array.from({ length: BLOCK }, () => way.fetches(LENGTH));
      for (const [k, fetch] of fetches.entries()) {
        const ended = fetch ? begun + 2 * (k + 1) : begun + 10 + (k + 1) / BLOCK;
        way.took(LENGTH, fetch, begun, ended);
        now = Math.max(now, ended);
      }
      return fetches[0]!;
    };
    assert.deepEqual(Array.from({ length: 8 }, window), [
      true,
      false,
      true,
      false,
      false,
      false,
      false,
      false,
    ]);
  });

  it('is another one for another length', () => {
    const way = new FasterWay();
    assert.ok(run(way, 6, 1, 2).at(-1));
    assert.ok(!run(way, 6, 2, 1, 8 * LENGTH).at(-1));
    assert.ok(run(way, 1, 1, 2)[0]);
  });
});
