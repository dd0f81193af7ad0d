/** Gather over intercommunicators: the root collects what the other group sends (MPI-4.1 §6.5). */
import assert from 'node:assert/strict';
import { PROC_NULL, ROOT } from 'parley';
import { runCases } from './support/cases.ts';
import { standardIntercommunicators } from './support/standard-intercommunicators.ts';

const COUNTS_MAX = 32_768;

await runCases({
  'the right group to local rank 0 of the left': async (way) => {
    for (const { name, isLeft, comm } of await standardIntercommunicators(way)) {
      for (let count = 1; count <= COUNTS_MAX; count *= 2) {
        if (!isLeft) {
          const own = new Int32Array(count).map((_, index) => comm.rank * count + index);
          await way.call(comm, 'gatherInto', own, null, 0);
          continue;
        }
        const isRoot = comm.rank === 0;
        const all = new Int32Array(count * comm.remoteSize).fill(-1);
        await way.call(comm, 'gatherInto', new Int32Array(0), all, isRoot ? ROOT : PROC_NULL);
        const wanted = all.map((_, index) => (isRoot ? index : -1));
        assert.deepEqual(all, wanted, `${name}, ${count} elements of each`);
      }
    }
  },
});
