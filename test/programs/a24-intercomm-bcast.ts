/** Broadcast over intercommunicators: the root's group sends, the other one receives (MPI-4.1 §6.4). */
import assert from 'node:assert/strict';
import { PROC_NULL, ROOT } from 'parley';
import { runCases } from './support/cases.ts';
import { standardIntercommunicators } from './support/standard-intercommunicators.ts';

const COUNTS_MAX = 32_768;

await runCases({
  'from local rank 0 of the left group to everybody on the right': async (way) => {
    for (const { name, isLeft, comm } of await standardIntercommunicators(way)) {
      for (let count = 1; count <= COUNTS_MAX; count *= 2) {
        const isRoot = isLeft && comm.rank === 0;
        const counting = new Int32Array(count).map((_, index) => index);
        const buffer = isRoot ? counting.slice() : new Int32Array(count).fill(-1);
        await way.call(comm, 'bcastInto', buffer, isRoot ? ROOT : isLeft ? PROC_NULL : 0);
        const wanted = isLeft && !isRoot ? new Int32Array(count).fill(-1) : counting;
        assert.deepEqual(buffer, wanted, `${name}, ${count} elements`);
      }
    }
  },
  'and back, from the last on the right': async (way) => {
    for (const { isLeft, comm } of await standardIntercommunicators(way)) {
      const last = (isLeft ? comm.remoteSize : comm.size) - 1;
      const isRoot = !isLeft && comm.rank === last;
      const buffer = new Int32Array(100).fill(isRoot ? 7 : -1);
      await way.call(comm, 'bcastInto', buffer, isRoot ? ROOT : isLeft ? last : PROC_NULL);
      assert.deepEqual(buffer, new Int32Array(100).fill(isLeft || isRoot ? 7 : -1));
    }
  },
});
