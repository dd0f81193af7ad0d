/** What is under way on a communicator that is freed completes as always (MPI_Comm_free, MPI-4.1 §7.4.3). */
import assert from 'node:assert/strict';
import { COMM_WORLD as world } from 'parley';
import { failure, runCases } from './support/cases.ts';

const { rank, size } = world;
const last = size - 1;
const COUNT = 128;
const numbers = Int32Array.from({ length: COUNT }, (_, index) => index);

await runCases({
  'a receive from before completes after it': async (way) => {
    const comm = await way.call(world, 'dup');
    const buffer = new Int32Array(COUNT);
    const receive = rank === last ? comm.recvInto(buffer, 0, 1) : null;
    if (rank === last) {
      comm.free();
      await failure('MPI_ERR_COMM', () => comm.recv(0, 1));
    }
    for (let round = 0; round < 50; round++) {
      const reordered = await way.call(world, 'split', 0, size - rank);
      assert.equal(reordered?.rank, last - rank);
      reordered.free();
    }
    if (rank === 0) {
      await way.call(world, 'sendrecv', null, last, 2, last, 2);
      await way.call(comm, 'send', numbers, last, 1);
    } else if (rank === last) {
      await way.call(world, 'sendrecv', null, 0, 2, 0, 2);
      const status = await way.wait(receive!);
      assert.deepEqual([status.source, status.count], [0, COUNT]);
      assert.deepEqual(buffer, numbers);
    }
    if (rank !== last) comm.free();
  },
  'so do sends and collectives': async (way) => {
    const comm = await way.call(world, 'dup');
    const [next, previous] = [(rank + 1) % size, (rank + last) % size];
    const long = new Float64Array(50_000).fill(rank);
    const got = new Float64Array(50_000);
    const requests = [
      comm.ssend('matched', next, 1),
      comm.send(long, next, 2),
      comm.recv(previous, 1),
      comm.recvInto(got, previous, 2),
      comm.allreduce(1),
      comm.barrier(),
    ] as const;
    comm.free();
    const [, , text, , sum] = await Promise.all(requests);
    assert.deepEqual([text.data, sum], ['matched', size]);
    assert.ok(got.every((element) => element === previous));
  },
});
