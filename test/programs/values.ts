/** Values go to another process and back as structured cloning would have them. */
import assert from 'node:assert/strict';
import { COMM_WORLD as world } from 'parley';
import { failure, runCases } from './support/cases.ts';
import { isFirst, partner } from './support/pairs.ts';
import { REFUSED, VALUES } from './support/values.ts';
import type { Way } from './support/way.ts';

/** What `send` of one rank gives the other, checked at both. */
async function echo(way: Way, make: () => unknown, verb: 'send' | 'ssend'): Promise<void> {
  const wanted = structuredClone(make());
  if (isFirst) {
    await way.call(world, verb, make(), partner, 1);
    assert.deepEqual((await way.call(world, 'recv', partner, 2)).data, wanted);
  } else {
    const { data } = await way.call(world, 'recv', partner, 1);
    assert.deepEqual(data, wanted);
    await way.call(world, verb, data, partner, 2);
  }
}

const fidelity = Object.entries(VALUES).map(([name, make]): [string, (way: Way) => Promise<void>] => [
  name,
  (way) => echo(way, make, way.blocks ? 'send' : 'ssend'),
]);

const refusals = Object.entries(REFUSED).map(
  ([name, [make, text]]): [string, (way: Way) => Promise<void>] => [
    `${name} is refused, and nothing was sent`,
    async (way) => {
      for (const verb of ['send', 'ssend', 'bsend', 'rsend'] as const) {
        const error = await failure('MPI_ERR_TYPE', () => world[verb](make(), partner, 1));
        assert.match(error.message, text);
        assert.match(
          error.message,
          new RegExp(`^Cannot send to rank ${partner} of "MPI_COMM_WORLD" with tag 1: `),
        );
      }
      await way.call(world, 'barrier');
      assert.equal(world.iprobe(), undefined);
    },
  ],
);

await runCases({
  ...Object.fromEntries(fidelity),
  ...Object.fromEntries(refusals),
  'an invalid date stays one': async (way) => {
    const { data } = await way.call(world, 'sendrecv', new Date(NaN), partner, 1, partner, 1);
    assert.ok(data instanceof Date);
    assert.equal(data.getTime(), NaN);
  },
  'what comes is fresh, also from oneself': async (way) => {
    const value = { list: [1], nothing: null };
    const sending = world.send(value, world.rank);
    const { data } = await way.call(world, 'recv', world.rank);
    await way.wait(sending);
    assert.deepEqual(data, value);
    assert.notEqual(data, value);
    data.list.push(2);
    assert.deepEqual(value.list, [1]);
  },
});
