/** Two processes become an intercommunicator by themselves (MPI_Intercomm_create, MPI-4.1 §7.6.2). */
import assert from 'node:assert/strict';
import { COMM_SELF, COMM_WORLD as world } from 'parley';
import { runCases } from './support/cases.ts';

const { rank } = world;

await runCases({
  'each talks to the other': async (way) => {
    if (rank > 1) return;
    const comm = await way.call(COMM_SELF, 'createIntercomm', 0, world, 1 - rank, 27);
    assert.deepEqual([comm.rank, comm.size, comm.remoteSize, comm.name], [0, 1, 1, '']);
    const sending = comm.send(rank, 0, 13);
    const { data, source } = await way.call(comm, 'recv', 0, 13);
    await way.wait(sending);
    assert.deepEqual([data, source], [1 - rank, 0]);
    comm.free();
  },
});
