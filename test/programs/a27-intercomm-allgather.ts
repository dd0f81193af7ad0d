/** Allgather over intercommunicators: both directions, and one of them alone (MPI-4.1 §6.7). */
import assert from 'node:assert/strict';
import { runCases } from './support/cases.ts';
import { standardIntercommunicators } from './support/standard-intercommunicators.ts';

const COUNTS_MAX = 32_768;

await runCases({
  'each group gets what the other one sends': async (way) => {
    for (const { name, isLeft, comm } of await standardIntercommunicators(way)) {
      const sign = isLeft ? 1 : -1;
      for (let count = 1; count <= COUNTS_MAX; count *= 8) {
        const own = new Int32Array(count).map((_, index) => sign * (index + comm.rank * count));
        const all = new Int32Array(count * comm.remoteSize).fill(-1);
        await way.call(comm, 'allgatherInto', own, all);
        const wanted = all.map((_, index) => -sign * index);
        assert.deepEqual(all, wanted, `${name}, ${count} elements of each`);
      }
    }
  },
  'one direction may be empty': async (way) => {
    for (const { name, isLeft, comm } of await standardIntercommunicators(way)) {
      for (let count = 1; count <= COUNTS_MAX; count *= 8) {
        const own = new Int32Array(isLeft ? 0 : count).map((_, index) => -(index + comm.rank * count));
        const memory = new Int32Array(count * comm.remoteSize).fill(-1);
        await way.call(comm, 'allgatherInto', own, isLeft ? memory : memory.subarray(0, 0));
        const wanted = memory.map((_, index) => (isLeft ? -index : -1));
        assert.deepEqual(memory, wanted, `${name}, ${count} elements of each`);
      }
    }
  },
});
