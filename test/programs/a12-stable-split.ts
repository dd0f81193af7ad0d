/** Splits keep the order of the old ranks where keys are equal (MPI-4.1 §7.4.2). */
import assert from 'node:assert/strict';
import { COMM_WORLD as world, type Intracommunicator, UNDEFINED } from 'parley';
import { runCases } from './support/cases.ts';

const { rank, size } = world;

/** One order for all, two interleaved, nearly as many as there are members, and one for each. */
const moduliOf = (members: number): number[] =>
  [...new Set([1, 2, members - 1, members])].filter((modulus) => modulus >= 1 && modulus <= members);

await runCases({
  'ties in the key go by the old rank': async (way) => {
    for (let members = 1; members <= size; members++) {
      const sub = await way.call(world, 'split', rank < members ? 0 : UNDEFINED, rank);
      if (sub === null) {
        assert.ok(rank >= members, 'a member got nothing');
        continue;
      }
      assert.deepEqual([sub.rank, sub.size], [rank, members]);
      for (const modulus of moduliOf(members)) {
        const comm: Intracommunicator | null = await way.call(sub, 'split', 5, rank % modulus);
        assert.equal(comm?.size, members);
        const all = Array.from({ length: members }, (_, old) => old);
        const order = all.sort((a, b) => (a % modulus) - (b % modulus) || a - b);
        assert.equal(comm.rank, order.indexOf(rank));
        assert.deepEqual(comm.group().translateRanks([...order.keys()], world.group()), order);
        comm.free();
      }
      sub.free();
    }
  },
});
