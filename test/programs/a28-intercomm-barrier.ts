/** Barrier over intercommunicators: nobody leaves before everybody of the other group has come (MPI-4.1 §6.3). */
import assert from 'node:assert/strict';
import { runCases } from './support/cases.ts';
import { standardIntercommunicators } from './support/standard-intercommunicators.ts';

/** The clock of all processes on this host. */
const now = (): bigint => process.hrtime.bigint();

await runCases({
  'it is complete on both sides': async (way) => {
    for (const { comm } of await standardIntercommunicators(way)) await way.call(comm, 'barrier');
  },
  'a late process on the left holds everybody on the right': async (way) => {
    for (const { name, isLeft, comm } of await standardIntercommunicators(way)) {
      const leftSize = isLeft ? comm.size : comm.remoteSize;
      for (let late = 0; late < leftSize; late++) {
        if (isLeft && comm.rank === late) {
          // All on the right have said that they go to the barrier, and have had time to leave it.
          for (let other = 0; other < comm.remoteSize; other++) await way.call(comm, 'recv', other, 1);
          const delayed = now() + 10_000_000n;
          while (now() < delayed);
        } else if (!isLeft) await way.call(comm, 'send', null, late, 1);
        const came = now();
        await way.call(comm, 'barrier');
        const left = now();
        const times = new BigInt64Array(comm.remoteSize);
        await way.call(comm, 'allgatherInto', BigInt64Array.of(came), times);
        const latest = times.reduce((last, time) => (time > last ? time : last));
        assert.ok(left >= latest, `${name}, rank ${late} late: it left ${latest - left} ns too early`);
      }
    }
  },
});
