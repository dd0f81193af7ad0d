/** Groups by the rules of the standard (MPI-4.1 §7.3), and against a model that goes through lists. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { IDENT, PROC_NULL, SIMILAR, UNDEFINED, UNEQUAL } from '#model/constants.js';
import { Group, type RankRange } from '#model/group.js';
import { SeededRandom } from '#transport/simulated/seeded-random.js';
import { forSeeds } from '../simulated/seeds.ts';

const of = (letters: string): Group => new Group(letters.split(''), 'c');
const told = (group: Group): string => group.ids.join('');
const fails = (code: string, call: () => unknown, message: RegExp): void => {
  assert.throws(call, (error) => {
    assert.ok(error instanceof Error && 'code' in error);
    assert.equal(error.code, code);
    assert.match(error.message, message);
    return true;
  });
};

describe('A group', () => {
  it('knows its size and the rank of who looks at it', () => {
    assert.deepEqual([of('abcd').size, of('abcd').rank], [4, 2]);
    assert.deepEqual([of('ab').size, of('ab').rank], [2, UNDEFINED]);
    assert.deepEqual([Group.EMPTY.size, Group.EMPTY.rank], [0, UNDEFINED]);
  });

  it('is joined with another one in the order of the first, then of the second', () => {
    assert.equal(told(of('dab').union(of('bcad'))), 'dabc');
    assert.equal(told(of('dab').intersection(of('bcad'))), 'dab');
    assert.equal(told(of('bcad').intersection(of('dxb'))), 'bd');
    assert.equal(told(of('bcad').difference(of('dxb'))), 'ca');
    assert.equal(told(of('ab').union(Group.EMPTY)), 'ab');
    assert.equal(told(Group.EMPTY.union(of('ac'))), 'ac');
    assert.equal(Group.EMPTY.union(of('ac')).rank, 1, 'who looks is known from either');
    assert.equal(of('ab').intersection(of('cd')).compare(Group.EMPTY), IDENT);
  });

  it('is reduced to some ranks, or by some', () => {
    assert.equal(told(of('abcd').include([3, 0, 2])), 'dac');
    assert.equal(of('abcd').include([3, 0, 2]).rank, 2);
    assert.equal(told(of('abcd').include([])), '');
    assert.equal(told(of('abcd').exclude([3, 0])), 'bc');
    assert.equal(told(of('abcd').exclude([])), 'abcd');
  });

  it('is reduced to ranges, or by them', () => {
    const letters = of('abcdefghij');
    assert.equal(
      told(
        letters.rangeInclude([
          [1, 7, 3],
          [9, 8, -1],
          [0, 0, 5],
        ]),
      ),
      'behjia',
    );
    assert.equal(told(letters.rangeInclude([[6, 0, -4]])), 'gc', 'the last rank need not be met');
    assert.equal(told(letters.rangeExclude([[0, 9, 2]])), 'bdfhj');
    assert.equal(told(letters.rangeInclude([[8, 100, 100]])), 'i', 'only ranks that are met count');
  });

  it('translates ranks', () => {
    assert.deepEqual(of('abcd').translateRanks([0, PROC_NULL, 3, 3, 1], of('dba')), [2, PROC_NULL, 0, 0, 1]);
    assert.deepEqual(of('abcd').translateRanks([2, 0], of('dba')), [UNDEFINED, 2]);
  });

  it('is compared', () => {
    assert.equal(of('abc').compare(of('abc')), IDENT);
    assert.equal(of('abc').compare(of('cab')), SIMILAR);
    assert.equal(of('abc').compare(of('abd')), UNEQUAL);
    assert.equal(of('abc').compare(of('ab')), UNEQUAL);
    assert.equal(Group.EMPTY.compare(new Group()), IDENT);
  });

  it('refuses ranks that it has not, and such as come twice', () => {
    const group = of('abcd');
    for (const rank of [-1, 4, 1.5, NaN, UNDEFINED, '1' as unknown as number]) {
      fails(
        'MPI_ERR_RANK',
        () => group.include([0, rank]),
        /Cannot include rank .*: the group has the ranks 0..3/,
      );
      fails('MPI_ERR_RANK', () => group.exclude([rank]), /Cannot exclude rank/);
      fails('MPI_ERR_RANK', () => group.translateRanks([rank], group), /Cannot translate rank/);
    }
    fails('MPI_ERR_RANK', () => group.include([PROC_NULL]), /rank -2/);
    fails('MPI_ERR_RANK', () => group.include([1, 1]), /rank 1 twice/);
    fails('MPI_ERR_RANK', () => group.exclude([1, 0, 1]), /rank 1 twice/);
    fails('MPI_ERR_RANK', () => Group.EMPTY.include([0]), /the group is empty/);
  });

  it('refuses ranges that lead nowhere', () => {
    const group = of('abcd');
    const bad: RankRange[] = [
      [0, 3, 0],
      [0, 3, -1],
      [3, 0, 1],
      [0, 3, 0.5],
    ];
    for (const range of bad) {
      fails('MPI_ERR_ARG', () => group.rangeInclude([range]), /Cannot include the range \[.*stride/);
      fails('MPI_ERR_ARG', () => group.rangeExclude([range]), /Cannot exclude the range \[.*stride/);
    }
    fails('MPI_ERR_RANK', () => group.rangeInclude([[0, 1e15, 1]]), /rank 4/);
    fails('MPI_ERR_RANK', () => group.rangeInclude([[NaN, 2, 1]]), /rank NaN/);
    fails('MPI_ERR_RANK', () => group.rangeInclude([[0, 2, 1], [3, 1, -1]]), /rank 2 twice/); // prettier-ignore
  });

  it('agrees with lists, whatever is done to it', async () => {
    const pool = Array.from({ length: 12 }, (_, index) => `p${index}`);
    await forSeeds(300, (seed) => {
      const random = new SeededRandom(seed);
      const draw = (from: readonly string[]): string[] => {
        const rest = [...from];
        return Array.from(
          { length: random.below(rest.length + 1) },
          () => rest.splice(random.below(rest.length), 1)[0]!,
        );
      };
      const self = random.pick(pool);
      let ids = draw(pool);
      let group = new Group(ids, self);
      for (let step = 0; step < 6; step++) {
        const others = draw(pool);
        const other = new Group(others, self);
        const ranks = draw(ids).map((id) => ids.indexOf(id));
        const translated = group.translateRanks(ranks, other);
        assert.deepEqual(translated, ranks.map((rank) => (others.includes(ids[rank]!) ? others.indexOf(ids[rank]!) : UNDEFINED))); // prettier-ignore
        const [next, expected]: [Group, string[]] = random.pick([
          () => [group.union(other), [...new Set([...ids, ...others])]],
          () => [group.intersection(other), ids.filter((id) => others.includes(id))],
          () => [group.difference(other), ids.filter((id) => !others.includes(id))],
          () => [group.include(ranks), ranks.map((rank) => ids[rank]!)],
          () => [group.exclude(ranks), ids.filter((_, rank) => !ranks.includes(rank))],
        ] as (() => [Group, string[]])[])();
        assert.deepEqual(next.ids, expected, `seed ${seed}, step ${step}`);
        assert.equal(next.rank, expected.includes(self) ? expected.indexOf(self) : UNDEFINED);
        assert.equal(
          next.compare(new Group(expected.toReversed(), self)),
          expected.length < 2 ? IDENT : SIMILAR,
        );
        [group, ids] = [next, expected];
      }
      return Promise.resolve();
    });
  });

  it('of a hundred thousand processes is worked with in linear time', () => {
    const ids = Array.from({ length: 100_000 }, (_, index) => `p${index}`);
    const group = new Group(ids, 'p7');
    const even = group.rangeInclude([[0, 99_998, 2]]);
    const odd = group.difference(even);
    assert.equal(odd.compare(group.rangeInclude([[1, 99_999, 2]])), IDENT);
    assert.equal(even.union(odd).compare(group), SIMILAR);
    assert.equal(group.translateRanks([99_999], odd)[0], 49_999);
  });
});
