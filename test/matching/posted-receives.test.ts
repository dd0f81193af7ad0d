import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { type PostedReceive, PostedReceives } from '#matching/posted-receives.js';
import { ANY_SOURCE, ANY_TAG } from '#model/constants.js';
import { SeededRandom } from '#transport/simulated/seeded-random.js';
import { forSeeds } from '../simulated/seeds.ts';
import { earliest, takes } from './naive-matching.ts';

class Receive implements PostedReceive {
  readonly source: number;
  readonly tag: number;
  order = 0;
  next: PostedReceive | null = null;
  previous: PostedReceive | null = null;
  posted = false;

  constructor(source: number, tag: number) {
    this.source = source;
    this.tag = tag;
  }
}

const OPERATIONS = 4000;

/** Random operations on both; returns when they have agreed all the time. */
function fuzz(seed: number): void {
  const random = new SeededRandom(seed);
  const posted = new PostedReceives<Receive>();
  const naive = new Set<Receive>();
  const gone: Receive[] = [];
  const [sources, tags] = [random.between(1, 20), random.between(1, 50)];
  const wildcards = random.pick([0, 0.05, 0.5]);
  // Some runs grow far beyond the first table, others stay near empty.
  const growth = random.pick([0.3, 0.5, 0.7]);
  const add = (receive: Receive): void => {
    posted.add(receive);
    naive.add(receive);
  };
  for (let step = 0; step < OPERATIONS; step++) {
    const context = `seed ${seed}, step ${step}`;
    const returning =
      gone.length > 0 && random.chance(0.1) ? gone.splice(random.below(gone.length), 1)[0] : null;
    if (returning !== null && returning !== undefined) {
      const { order } = returning;
      add(returning);
      assert.equal(returning.order, order, `${context}: it lost its place`);
    } else if (random.chance(growth)) {
      const source = random.chance(wildcards) ? ANY_SOURCE : random.below(sources);
      const tag = random.chance(wildcards) ? ANY_TAG : random.below(tags);
      add(new Receive(source, tag));
    } else if (random.chance(0.8)) {
      const [source, tag] = [random.below(sources), random.below(tags)];
      const expected = earliest(naive, (receive) => takes(receive, source, tag));
      const found = posted.match(source, tag);
      assert.equal(found, expected, context);
      if (found === null) continue;
      assert.equal(found.posted, false, context);
      naive.delete(found);
      gone.push(found);
    } else if (naive.size > 0 && random.chance(0.7)) {
      const receive = random.pick([...naive]);
      posted.remove(receive);
      // It is not there any more: nothing may happen.
      posted.remove(receive);
      naive.delete(receive);
      gone.push(receive);
    } else {
      // Has its place, should it ever be posted.
      const receive = new Receive(random.below(sources), ANY_TAG);
      posted.takeOrder(receive);
      gone.push(receive);
    }
    assert.equal(posted.size, naive.size, context);
  }
  const seen = new Set<Receive>();
  posted.forEach((receive) => {
    seen.add(receive);
    if (random.chance(0.5)) {
      posted.remove(receive);
      naive.delete(receive);
    }
  });
  assert.equal(posted.size, naive.size, `seed ${seed}`);
  for (const receive of naive) assert.ok(seen.has(receive), `seed ${seed}: not visited`);
}

describe('Posted receives', () => {
  it('match as a list that is looked through would', async () => {
    await forSeeds(30, (seed) => {
      fuzz(seed);
      return Promise.resolve();
    });
  });

  it('match in the order of posting, wildcards and exact ones alike', () => {
    const posted = new PostedReceives<Receive>();
    const receives = [
      new Receive(ANY_SOURCE, 7),
      new Receive(3, 7),
      new Receive(3, ANY_TAG),
      new Receive(ANY_SOURCE, ANY_TAG),
      new Receive(3, 7),
    ];
    for (const receive of receives) posted.add(receive);
    for (const receive of receives) assert.equal(posted.match(3, 7), receive);
    assert.equal(posted.match(3, 7), null);
    assert.equal(posted.size, 0);
  });

  it('give a receive that comes back its old place', () => {
    const posted = new PostedReceives<Receive>();
    const [first, second] = [new Receive(0, 0), new Receive(ANY_SOURCE, ANY_TAG)];
    posted.add(first);
    posted.add(second);
    assert.equal(posted.match(0, 0), first);
    posted.add(first);
    assert.equal(posted.match(0, 0), first);
    assert.equal(posted.match(0, 0), second);
  });
});
