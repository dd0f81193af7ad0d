/** Allreduce between two groups (MPI-4.1 §6.9.6): each gets the other's result. */
import assert from 'node:assert/strict';
import { SUM } from 'parley';
import { runCases } from './support/cases.ts';
import { standardIntercommunicators } from './support/standard-intercommunicators.ts';

const COUNTS = Array.from({ length: 16 }, (_, power) => 2 ** power);

await runCases({
  'each side gets the sum of the other': async (way) => {
    for (const { name, isLeft, comm } of await standardIntercommunicators(way)) {
      for (const count of COUNTS) {
        const send = new Int32Array(count).map((_, i) => (isLeft ? i : -i));
        const recv = new Int32Array(count).fill(7);
        await way.call(comm, 'allreduceInto', send, recv, SUM);
        const sign = isLeft ? -1 : 1;
        assert.deepEqual(
          recv,
          new Int32Array(count).map((_, i) => sign * i * comm.remoteSize),
          `${name}, ${count} elements`,
        );
      }
      assert.equal(
        await way.call(comm, 'allreduce', isLeft ? 1n : -1n),
        BigInt(comm.remoteSize) * (isLeft ? -1n : 1n),
      );
    }
  },
});
