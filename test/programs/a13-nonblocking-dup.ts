/** A duplication that others have not started yet blocks nothing (MPI_Comm_idup, MPI-4.1 §7.4.2). */
import assert from 'node:assert/strict';
import { COMM_WORLD as world, type Intracommunicator } from 'parley';
import { runCases } from './support/cases.ts';

const { rank, size } = world;

await runCases({
  'messages pass while it is under way': async (way) => {
    const pair = Int32Array.of(rank, 7);
    let made: Intracommunicator;
    if (rank === 0) {
      for (let source = 1; source < size; source++) {
        await way.call(world, 'recvInto', pair, source, 0);
        assert.deepEqual(pair, Int32Array.of(source, 7));
      }
      made = await way.wait(world.dup());
    } else {
      const request = world.dup();
      await way.call(world, 'ssend', pair, 0, 0);
      made = await way.wait(request);
    }
    assert.equal(await way.call(made, 'allreduce', rank), (size * (size - 1)) / 2);
    made.free();
  },
});
