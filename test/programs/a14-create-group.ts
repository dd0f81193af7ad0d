/** A communicator that only the members of its group make (MPI_Comm_create_group, MPI-4.1 §7.4.2). */
import assert from 'node:assert/strict';
import { COMM_WORLD as world, Group, type Intracommunicator, TAG_UB } from 'parley';
import { failure, runCases } from './support/cases.ts';

const { rank, size } = world;
const odd = Array.from({ length: size }, (_, other) => other).filter((other) => other % 2 === 1);
const even = world.group().exclude(odd);

await runCases({
  'the others do not call': async (way) => {
    if (rank % 2 === 0) {
      const comm = await way.call(world, 'createGroup', even, 0);
      assert.ok(comm !== null);
      assert.deepEqual([comm.rank, comm.size], [rank / 2, even.size]);
      await way.call(comm, 'barrier');
      comm.free();
    }
    await way.call(world, 'barrier');
  },
  'tags keep apart what is made at the same time': async (way) => {
    const everybody = world.group();
    const reversed = everybody.rangeInclude([[size - 1, 0, -1]]);
    // In another order at each rank.
    const orders = rank % 2 === 0 ? [everybody, reversed] : [reversed, everybody];
    const tagOf = (group: Group): number => (group === everybody ? 3 : world.getAttr(TAG_UB)!);
    const requests = orders.map((group) => world.createGroup(group, tagOf(group)));
    const made = new Map<Group, Intracommunicator>();
    for (const [index, group] of orders.entries()) {
      const comm = await way.wait(requests[index]!);
      assert.equal(comm?.rank, group.rank);
      made.set(group, comm);
    }
    // Both are under way before anybody waits: a broadcast may wait for everybody, and the orders differ.
    const told = orders.map((group) => made.get(group)!.bcast(tagOf(group), 0));
    for (const [index, group] of orders.entries()) {
      assert.equal(await way.wait(told[index]!), tagOf(group));
      made.get(group)!.free();
    }
  },
  'outside of the group there is nothing, at once': async (way) => {
    if (rank % 2 === 1) assert.equal(await way.call(world, 'createGroup', even), null);
    assert.equal(await way.call(world, 'createGroup', Group.EMPTY), null);
  },
  'a group of strangers is refused': async () => {
    const own = await world.split(rank % 2);
    const strange = world.group().difference(own!.group());
    await failure('MPI_ERR_GROUP', () => own!.createGroup(strange));
    await failure('MPI_ERR_TAG', () => world.createGroup(even, -1));
    await failure('MPI_ERR_GROUP', () => world.createGroup(null as unknown as Group));
    own!.free();
  },
});
