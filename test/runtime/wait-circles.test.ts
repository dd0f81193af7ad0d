/** Who waits for whom in a circle. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { AwaitedPeer, ReportedWait } from '#pmi/wait-report.js';
import { waitCircles, type WaitingProcess } from '#runtime/wait-circles.js';
import { SeededRandom } from '#transport/simulated/seeded-random.js';
import { forSeeds } from '../simulated/seeds.ts';

const idOf = (rank: number): string => `${'ab'.repeat(16)}.${rank}`;

function waitFor(ranks: readonly number[], changes: Partial<ReportedWait> = {}): ReportedWait {
  const peers = ranks.map((rank): AwaitedPeer => ({ process: idOf(rank), rank }));
  const known = { operation: 'recv', communicator: '', tag: null, data: '', site: '', since: 0 };
  return { ...known, peers, otherPeers: 0, open: false, ...changes };
}

/** The waits of a rank: null for none, a number for one rank, a list for any of several. */
type Edge = null | number | readonly number[] | readonly ReportedWait[];

function world(edges: readonly Edge[]): WaitingProcess[] {
  return edges.map((edge, rank) => {
    const process = idOf(rank);
    if (edge === null) return { process, waits: null };
    const list = typeof edge === 'number' ? [edge] : edge;
    const waits = list.every((entry) => typeof entry === 'number')
      ? [waitFor(list)]
      : (list as ReportedWait[]);
    return { process, waits: { blocked: true, waits, otherWaits: 0 } };
  });
}

const circles = (...edges: readonly Edge[]): number[][] =>
  waitCircles(world(edges)).map((circle) => circle.map((id) => Number(id.split('.')[1])));

test('a circle is told from its first member on', () => {
  assert.deepEqual(circles(1, 0), [[0, 1]]);
  assert.deepEqual(circles(2, 0, 1), [[0, 2, 1]]);
  assert.deepEqual(circles(0), [[0]]);
  assert.deepEqual(circles(1, 0, 3, 2), [
    [0, 1],
    [2, 3],
  ]);
});

test('who waits for a circle is none of its members, but does not hide it', () => {
  assert.deepEqual(circles(1, 2, 3, 1), [[1, 2, 3]]);
});

test('there is none where somebody computes, or waits for somebody who does', () => {
  assert.deepEqual(circles(1, null), []);
  assert.deepEqual(circles(1, 2, null), []);
  assert.deepEqual(circles(null, null), []);
  assert.deepEqual(circles(), []);
});

test('a wait for any of several is one only where none of them can go on', () => {
  assert.deepEqual(circles([1, 2], 0, null), []);
  assert.deepEqual(circles([1, 2], 0, 0), [[0, 1]]);
});

test('several things that one process awaits are as good as any of them', () => {
  assert.deepEqual(circles([waitFor([1]), waitFor([2])], 0, null), []);
  assert.deepEqual(circles([waitFor([1]), waitFor([2])], 0, 0), [[0, 1]]);
});

test('nothing is said of waits that something else could end, or that are not all known', () => {
  assert.deepEqual(circles([waitFor([1], { open: true })], 0), []);
  assert.deepEqual(circles([waitFor([1], { otherPeers: 3 })], 0), []);
  assert.deepEqual(circles([waitFor([])], 0), []);
  assert.deepEqual(circles(7), []);
});

test('in whatever world, each member of a circle waits for the next, and each circle is told once', async () => {
  await forSeeds(200, (seed) => {
    const random = new SeededRandom(seed);
    const size = 1 + random.below(12);
    const edges = Array.from({ length: size }, () =>
      random.chance(0.1) ? null : Array.from({ length: 1 + random.below(2) }, () => random.below(size)),
    );
    const found = circles(...edges);
    const members = found.flat();
    assert.equal(new Set(members).size, members.length, `seed ${seed}`);
    for (const circle of found) {
      for (const [place, rank] of circle.entries())
        assert.ok(edges[rank]?.includes(circle[(place + 1) % circle.length]!), `seed ${seed}`);
    }
    // Where everybody waits for one other, everybody's way leads into a circle.
    if (edges.every((edge) => edge?.length === 1)) assert.ok(found.length > 0, `seed ${seed}`);
    return Promise.resolve();
  });
});
