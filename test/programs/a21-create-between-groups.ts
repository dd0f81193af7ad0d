/** Parts of an intercommunicator's groups (MPI_Comm_create, MPI-4.1 §7.4.2). */
import assert from 'node:assert/strict';
import { CONGRUENT, Group } from 'parley';
import { failure, runCases } from './support/cases.ts';
import { standardIntercommunicators } from './support/standard-intercommunicators.ts';

await runCases({
  'one of each': async (way) => {
    for (const { comm } of await standardIntercommunicators(way)) {
      const pair = await way.call(comm, 'create', comm.group().include([0]));
      assert.equal(pair === null, comm.rank !== 0);
      if (pair !== null) {
        assert.deepEqual([pair.rank, pair.size, pair.remoteSize], [0, 1, 1]);
        const { data } = await way.call(pair, 'sendrecv', comm.size, 0, 1, 0, 1);
        assert.equal(data, comm.remoteSize);
        pair.free();
      }
      comm.free();
    }
  },
  'all of each': async (way) => {
    for (const { comm } of await standardIntercommunicators(way)) {
      const whole = await way.call(comm, 'create', comm.group());
      assert.ok(whole !== null);
      assert.equal(comm.compare(whole), CONGRUENT);
      const sends = Array.from({ length: whole.remoteSize }, (_, to) => whole.send([whole.rank, to], to, 2));
      for (let from = 0; from < whole.remoteSize; from++) {
        const { data }: { data: unknown } = await way.call(whole, 'recv', from, 2);
        assert.deepEqual(data, [from, whole.rank]);
      }
      for (const send of sends) await way.wait(send);
      whole.free();
      comm.free();
    }
  },
  'nobody of one side': async (way) => {
    for (const { comm, isLeft } of await standardIntercommunicators(way)) {
      assert.equal(await way.call(comm, 'create', isLeft ? comm.group() : Group.EMPTY), null);
      comm.free();
    }
  },
  'groups that do not fit are refused': async (way) => {
    const [{ comm } = assert.fail()] = await standardIntercommunicators(way);
    await failure('MPI_ERR_GROUP', () => comm.create(comm.remoteGroup()));
    const other = comm.rank === 1 ? comm.group().include([1]) : comm.group().include([0]);
    if (comm.rank === 1) await failure('MPI_ERR_GROUP', () => comm.create(other));
    else (await way.call(comm, 'create', other))?.free();
    comm.free();
  },
});
