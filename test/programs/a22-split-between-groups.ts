/** Intercommunicators are split by colour on both sides (MPI_Comm_split, MPI-4.1 §7.4.2). */
import assert from 'node:assert/strict';
import { UNDEFINED } from 'parley';
import { failure, runCases } from './support/cases.ts';
import { standardIntercommunicators } from './support/standard-intercommunicators.ts';

await runCases({
  'one colour gives the same shape': async (way) => {
    for (const { comm } of await standardIntercommunicators(way)) {
      const same = await way.call(comm, 'split', 42, 42);
      assert.deepEqual([same?.rank, same?.size, same?.remoteSize], [comm.rank, comm.size, comm.remoteSize]);
      same?.free();
      comm.free();
    }
  },
  'the rank as colour gives pairs': async (way) => {
    for (const { comm } of await standardIntercommunicators(way)) {
      const pair = await way.call(comm, 'split', comm.rank, 42);
      assert.equal(pair === null, comm.rank >= comm.remoteSize);
      if (pair !== null) {
        assert.deepEqual([pair.rank, pair.size, pair.remoteSize], [0, 1, 1]);
        const { data } = await way.call(pair, 'sendrecv', comm.rank, 0, 1, 0, 1);
        assert.equal(data, comm.rank);
      }
      pair?.free();
      comm.free();
    }
  },
  'a colour of one side gives nothing, keys give the order': async (way) => {
    const [{ comm, isLeft } = assert.fail()] = await standardIntercommunicators(way);
    assert.equal(await way.call(comm, 'split', isLeft ? 1 : 2), null);
    assert.equal(await way.call(comm, 'split', isLeft ? UNDEFINED : 2), null);
    const reversed = await way.call(comm, 'split', 3, -comm.rank);
    assert.equal(reversed?.rank, comm.size - 1 - comm.rank);
    const { data } = await way.call(reversed, 'sendrecv', comm.rank, reversed.rank, 1, reversed.rank, 1);
    assert.equal(data, comm.rank, 'the other side is reversed as well');
    reversed.free();
    await failure('MPI_ERR_ARG', () => comm.split(-1));
    comm.free();
  },
});
