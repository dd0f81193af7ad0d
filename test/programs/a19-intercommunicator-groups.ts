/** Groups, ranks and sizes of intercommunicators (MPI-4.1 §7.6.1). */
import assert from 'node:assert/strict';
import { COMM_WORLD as world } from 'parley';
import { runCases } from './support/cases.ts';
import { standardIntercommunicators } from './support/standard-intercommunicators.ts';

await runCases({
  'the local group agrees with rank and size': async (way) => {
    for (const { name, comm, isLeft } of await standardIntercommunicators(way)) {
      const [own, remote] = [comm.group(), comm.remoteGroup()];
      assert.deepEqual([comm.rank, comm.size], [own.rank, own.size], name);
      assert.equal(comm.remoteSize, remote.size);
      assert.equal(comm.isInter, true);
      assert.equal(world.isInter, false);
      const ranks = (group: typeof own): number[] =>
        group.translateRanks([...Array(group.size).keys()], world.group());
      const sides = isLeft ? [ranks(own), ranks(remote)] : [ranks(remote), ranks(own)];
      assert.deepEqual(sides.flat(), [...Array(world.size).keys()]);
      assert.deepEqual(comm.errcodes, []);
      comm.free();
    }
  },
});
