/** Roots that are none on an intercommunicator (MPI-4.1 §6.9.1): MPI_ERR_ROOT, and it works afterwards. */
import assert from 'node:assert/strict';
import { COMM_WORLD as world, PROC_NULL, ROOT, SUM } from 'parley';
import { failure, runCases } from './support/cases.ts';

const { rank, size } = world;

await runCases({
  'a reduce is refused, and the intercommunicator works afterwards': async (way) => {
    const isLeft = rank < Math.floor(size / 2);
    const local = await way.call(world, 'split', isLeft ? 0 : 1, rank);
    assert.ok(local !== null);
    const leader = local.rank !== 0 ? -1 : isLeft ? Math.floor(size / 2) : 0;
    const comm = await way.call(local, 'createIntercomm', 0, world, leader, 12);
    const one = Int32Array.of(1);
    for (const root of [comm.remoteSize, comm.remoteSize + 1, -1, -100, 0.5]) {
      if (root === ROOT || root === PROC_NULL) continue;
      const error = await failure('MPI_ERR_ROOT', () => way.call(comm, 'reduce', rank, SUM, root));
      assert.match(error.message, /its remote group has the ranks 0\.\.\d+; the root itself passes ROOT/);
      await failure('MPI_ERR_ROOT', () => way.call(comm, 'reduceInto', one, one, SUM, root));
    }
    const root = isLeft ? (local.rank === 0 ? ROOT : PROC_NULL) : 0;
    const total = await way.call(comm, 'reduce', local.rank, SUM, root);
    const others = (comm.remoteSize * (comm.remoteSize - 1)) / 2;
    assert.equal(total, root === ROOT ? others : undefined);
  },
});
