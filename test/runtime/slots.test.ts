/** How many processes of a spawn start, given the slots of the universe. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { parseSoft } from '#dynamic/soft.js';
import { placeProcesses, type Placement } from '#runtime/slots.js';

interface Case {
  /** `soft` and maxprocs of each command; a number alone is wanted as it is. */
  readonly wishes: readonly (number | readonly [soft: string, maxprocs: number])[];
  readonly slots: number;
  readonly running: number;
  readonly may: { readonly counts: readonly number[]; readonly exceeds: boolean };
  /** Where it is forbidden to have more processes than slots; null: refused. */
  readonly mayNot: readonly number[] | null;
}

const CASES: readonly Case[] = [
  { wishes: [2], slots: 4, running: 2, may: { counts: [2], exceeds: false }, mayNot: [2] },
  { wishes: [3], slots: 4, running: 2, may: { counts: [3], exceeds: true }, mayNot: null },
  { wishes: [1, 1], slots: 4, running: 2, may: { counts: [1, 1], exceeds: false }, mayNot: [1, 1] },
  { wishes: [1, 2], slots: 4, running: 2, may: { counts: [1, 2], exceeds: true }, mayNot: null },
  { wishes: [1], slots: 2, running: 5, may: { counts: [1], exceeds: true }, mayNot: null },
  { wishes: [['1:8', 8]], slots: 4, running: 1, may: { counts: [8], exceeds: true }, mayNot: [3] },
  { wishes: [['2,4,8', 8]], slots: 4, running: 1, may: { counts: [8], exceeds: true }, mayNot: [2] },
  { wishes: [['4:8', 8]], slots: 4, running: 1, may: { counts: [8], exceeds: true }, mayNot: null },
  { wishes: [['0:8', 8], 2], slots: 4, running: 1, may: { counts: [8, 2], exceeds: true }, mayNot: null },
  { wishes: [2, ['0:8', 8]], slots: 4, running: 2, may: { counts: [2, 8], exceeds: true }, mayNot: [2, 0] },
];

function place({ wishes, slots, running }: Omit<Case, 'may' | 'mayNot'>, mayExceed: boolean): Placement {
  const commands = wishes.map((wish) => {
    const [maxprocs, counts] = typeof wish === 'number' ? [wish, [wish]] : [wish[1], parseSoft(...wish)];
    return { command: 'x', maxprocs, counts };
  });
  return placeProcesses(commands, { slots, running, leaving: 0, mayExceed });
}

describe('the slots of a universe', () => {
  for (const one of CASES) {
    const { wishes, slots, running, may, mayNot } = one;
    it(`${JSON.stringify(wishes)} on ${String(slots)} slots, ${String(running)} of them taken`, () => {
      assert.deepEqual(place(one, true), may);
      const placed = place(one, false);
      if (mayNot !== null) assert.deepEqual(placed, { counts: mayNot, exceeds: false });
      else assert.match('why' in placed ? placed.why : '', /of the universe's \d+ are free; .*--slots/);
    });
  }

  it('no acceptable number is a refusal, and so is nobody at all', () => {
    for (const mayExceed of [true, false]) {
      assert.match(
        JSON.stringify(place({ wishes: [['5:2', 9]], slots: 9, running: 0 }, mayExceed)),
        /no number of processes/,
      );
      assert.match(
        JSON.stringify(place({ wishes: [['0', 9]], slots: 9, running: 0 }, mayExceed)),
        /no process is asked for/,
      );
    }
  });

  it('that will be free in a moment are told of where they are missed', () => {
    const commands = [{ command: 'x', maxprocs: 1, counts: [1] }];
    const placed = placeProcesses(commands, { slots: 3, running: 3, leaving: 2, mayExceed: false });
    const wanted =
      '"x" wants 1 slot, and 0 of the universe\'s 3 are free (2 more when processes that have left MPI have ended); ';
    assert.equal('why' in placed && placed.why.slice(0, wanted.length), wanted);
  });

  it('are never exceeded in silence', () => {
    const wish = fc.tuple(
      fc.array(fc.nat(9), { minLength: 1, maxLength: 4 }),
      fc.integer({ min: 1, max: 9 }),
    );
    fc.assert(
      fc.property(
        fc.array(wish, { minLength: 1, maxLength: 4 }),
        fc.nat(12),
        fc.nat(12),
        fc.boolean(),
        (list, slots, running, mayExceed) => {
          const wishes = list.map(([counts, maxprocs]) => [counts.join(','), maxprocs] as const);
          const placed = place({ wishes, slots, running }, mayExceed);
          if ('why' in placed) return;
          const started = placed.counts.reduce((sum, count) => sum + count, 0);
          assert.equal(placed.exceeds, started > Math.max(0, slots - running));
          assert.ok(mayExceed || !placed.exceeds);
          for (const [index, count] of placed.counts.entries())
            assert.ok(parseSoft(...wishes[index]!).includes(count));
        },
      ),
    );
  });
});
