/** Messages between the groups of an intercommunicator (MPI-4.1 §7.6.1). */
import assert from 'node:assert/strict';
import { runCases } from './support/cases.ts';
import { standardIntercommunicators } from './support/standard-intercommunicators.ts';

await runCases({
  'everybody of one side to the rank 0 of the other, then back': async (way) => {
    for (const { comm, isLeft } of await standardIntercommunicators(way)) {
      for (const leftSends of [true, false]) {
        if (isLeft === leftSends) {
          await way.call(comm, 'send', comm.rank, 0, 0);
        } else if (comm.rank === 0) {
          for (let source = 0; source < comm.remoteSize; source++) {
            const message = await way.call(comm, 'recv', source, 0);
            assert.deepEqual(message, { data: source, source, tag: 0 });
          }
        }
      }
      comm.free();
    }
  },
});
