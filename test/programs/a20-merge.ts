/** Intercommunicators become one group (MPI_Intercomm_merge, MPI-4.1 §7.6.2). */
import assert from 'node:assert/strict';
import { COMM_WORLD as world } from 'parley';
import { failure, runCases } from './support/cases.ts';
import { standardIntercommunicators } from './support/standard-intercommunicators.ts';

await runCases({
  'the group that says high comes second': async (way) => {
    for (const { name, comm, isLeft } of await standardIntercommunicators(way)) {
      for (const leftHigh of [true, false]) {
        const merged = await way.call(comm, 'merge', isLeft === leftHigh);
        const isFirst = isLeft !== leftHigh;
        assert.equal(merged.size, comm.size + comm.remoteSize);
        assert.equal(merged.rank, isFirst ? comm.rank : comm.remoteSize + comm.rank);
        if (name === 'F1' && !leftHigh) assert.equal(merged.rank, world.rank);
        assert.equal(await way.call(merged, 'bcast', merged.rank, merged.size - 1), merged.size - 1);
        merged.free();
      }
      comm.free();
    }
  },
  'where both say the same the order is the same everywhere': async (way) => {
    for (const { comm, isLeft } of await standardIntercommunicators(way)) {
      const leftSize = isLeft ? comm.size : comm.remoteSize;
      for (const high of [false, true]) {
        const merged = await way.call(comm, 'merge', high);
        assert.equal(merged.size, world.size);
        const order = merged.group().translateRanks([...Array(world.size).keys()], world.group());
        const left = [...Array(leftSize).keys()];
        const right = [...Array(world.size).keys()].slice(leftSize);
        assert.deepEqual(order, order[0] === 0 ? [...left, ...right] : [...right, ...left]);
        assert.deepEqual(await way.call(world, 'bcast', order, 0), order);
        merged.free();
      }
      comm.free();
    }
  },
  'whoever says otherwise than its rank 0 has an error': async (way) => {
    const [{ comm } = assert.fail()] = await standardIntercommunicators(way);
    // Where all are compared first nobody gets further.
    const disagrees = comm.rank === 1 || process.env['PARLEY_CHECK'] === 'collective';
    if (disagrees) await failure('MPI_ERR_ARG', () => comm.merge(comm.rank === 1));
    else (await way.call(comm, 'merge', false)).free();
  },
});
