/** A group that builds its communicator by pairing blocks and merging them (MPI-4.1 §7.6.2). */
import assert from 'node:assert/strict';
import { COMM_SELF, COMM_WORLD as world, type Intracommunicator } from 'parley';
import { runCases } from './support/cases.ts';

const members = Array.from({ length: world.size }, (_, rank) => rank).filter((rank) => rank % 2 === 0);
const index = members.indexOf(world.rank);

await runCases({
  'blocks double until all are one': async (way) => {
    if (index < 0) return;
    let current: Intracommunicator = COMM_SELF;
    for (let length = 1; length < members.length; length *= 2) {
      const block = Math.floor(index / length);
      const isLow = block % 2 === 0;
      const partner = members[(isLow ? block + 1 : block - 1) * length];
      if (partner === undefined) continue;
      const pair = await way.call(current, 'createIntercomm', 0, world, partner, 0);
      const merged = await way.call(pair, 'merge', !isLow);
      pair.free();
      if (current !== COMM_SELF) current.free();
      current = merged;
    }
    assert.deepEqual([current.rank, current.size], [index, members.length]);
    await way.call(current, 'barrier');
    if (current !== COMM_SELF) current.free();
  },
});
