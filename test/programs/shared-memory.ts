/** Rank 0 makes shared memory, the others write to it, and each sees what all have written; what is no such memory is refused. */
import assert from 'node:assert/strict';
import * as MPI from 'parley';

const world = MPI.COMM_WORLD;
const made = world.rank === 0 ? MPI.createSharedMemory(4 * world.size) : null;
const name = await world.bcast(made?.name ?? '', 0);
const memory = made ?? MPI.openSharedMemory(name);
await world.barrier();
made?.unlink();
made?.unlink();
const ranks = new Int32Array(memory.buffer);
ranks[world.rank] = 1 + world.rank;
await world.barrier();
assert.deepEqual(
  [...ranks],
  Array.from({ length: world.size }, (_, rank) => 1 + rank),
);
const refuses = (action: () => unknown, code: string): void =>
  assert.throws(action, (error) => error instanceof MPI.MPIError && error.code === code);
refuses(() => MPI.openSharedMemory(name), 'MPI_ERR_RMA_SHARED');
refuses(() => MPI.openSharedMemory('../segment'), 'MPI_ERR_ARG');
refuses(() => MPI.createSharedMemory(0), 'MPI_ERR_SIZE');
refuses(() => MPI.createSharedMemory(2 ** 40), 'MPI_ERR_SIZE');
// Who does not unlink it leaves it to the end of the job.
MPI.createSharedMemory(8);
console.log(`rank ${world.rank} is done`);
