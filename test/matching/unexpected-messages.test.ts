import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { UnexpectedMessage, UnexpectedMessages } from '#matching/unexpected-messages.js';
import { ANY_SOURCE, ANY_TAG } from '#model/constants.js';
import { SeededRandom } from '#transport/simulated/seeded-random.js';
import { forSeeds } from '../simulated/seeds.ts';
import { earliest, takes } from './naive-matching.ts';

class Message extends UnexpectedMessage {}

const OPERATIONS = 4000;

function fuzz(seed: number): void {
  const random = new SeededRandom(seed);
  const unexpected = new UnexpectedMessages<Message>();
  const naive = new Set<Message>();
  /** Out of the queue, or never in it, and with a place there. */
  const reserved: Message[] = [];
  const [sources, tags] = [random.between(1, 20), random.between(1, 50)];
  const growth = random.pick([0.3, 0.5, 0.7]);
  const newMessage = (): Message => new Message(random.below(sources), random.below(tags));
  const add = (message: Message): void => {
    unexpected.add(message);
    naive.add(message);
  };
  const take = (message: Message): void => {
    unexpected.remove(message);
    // It is not there any more: nothing may happen.
    unexpected.remove(message);
    naive.delete(message);
    if (random.chance(0.3)) reserved.push(message);
  };
  for (let step = 0; step < OPERATIONS; step++) {
    const context = `seed ${seed}, step ${step}`;
    if (reserved.length > 0 && random.chance(0.1)) {
      const [returning] = reserved.splice(random.below(reserved.length), 1);
      if (returning !== undefined) add(returning);
    } else if (random.chance(0.05)) {
      const message = newMessage();
      message.order = unexpected.takeOrder();
      reserved.push(message);
    } else if (random.chance(growth)) {
      add(newMessage());
    } else {
      const wanted = {
        source: random.chance(0.3) ? ANY_SOURCE : random.below(sources),
        tag: random.chance(0.3) ? ANY_TAG : random.below(tags),
      };
      const expected = earliest(naive, ({ source, tag }) => takes(wanted, source, tag));
      const found = unexpected.find(wanted.source, wanted.tag);
      assert.equal(found, expected, context);
      if (found !== null && random.chance(0.8)) take(found);
    }
    assert.equal(unexpected.size, naive.size, context);
  }
  const seen: Message[] = [];
  unexpected.forEach((message) => {
    seen.push(message);
    if (random.chance(0.5)) take(message);
  });
  assert.deepEqual(
    seen.map(({ order }) => order),
    seen.map(({ order }) => order).toSorted((a, b) => a - b),
    `seed ${seed}: not in the order of arrival`,
  );
  assert.equal(unexpected.size, naive.size, `seed ${seed}`);
}

describe('Unexpected messages', () => {
  it('are found as in a list that is looked through', async () => {
    await forSeeds(30, (seed) => {
      fuzz(seed);
      return Promise.resolve();
    });
  });

  it('are found in the order of arrival, whatever the wildcards', () => {
    const unexpected = new UnexpectedMessages<Message>();
    const [first, second, third] = [new Message(1, 5), new Message(2, 5), new Message(1, 6)];
    for (const message of [first, second, third]) unexpected.add(message);
    assert.equal(unexpected.find(ANY_SOURCE, ANY_TAG), first);
    assert.equal(unexpected.find(2, ANY_TAG), second);
    assert.equal(unexpected.find(ANY_SOURCE, 6), third);
    unexpected.remove(first);
    assert.equal(unexpected.find(ANY_SOURCE, 5), second);
    assert.equal(unexpected.find(1, 5), null);
    // Back at its old place, ahead of those that came meanwhile.
    unexpected.add(first);
    assert.equal(unexpected.find(ANY_SOURCE, ANY_TAG), first);
  });
});
