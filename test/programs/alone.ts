/** A world of one, with or without a launcher: messages to oneself, and what nobody could ever bring. */
import assert from 'node:assert/strict';
import { COMM_SELF, COMM_WORLD as world, waitAllSync, waitAnySync, waitSomeSync } from 'parley';
import { failure, runCases } from './support/cases.ts';

const LENGTHS = [0, 1, 5000, 70_000, 2_000_000];
const started = process.argv[2] === 'launched';

/** Asserts that a wait which cannot end says so. */
async function inVain(call: () => unknown): Promise<void> {
  // Under a launcher somebody might: it could end the job, for one.
  if (started) return;
  const error = await failure('MPI_ERR_PENDING', call);
  assert.match(error.message, /this process is alone/);
}

await runCases({
  'it is rank 0 of 1': () => {
    assert.deepEqual([world.rank, world.size, COMM_SELF.rank, COMM_SELF.size], [0, 1, 0, 1]);
  },
  'messages to oneself come, posted first or sent first': async (way) => {
    for (const comm of [world, COMM_SELF]) {
      for (const length of LENGTHS) {
        const data = new Uint8Array(length).fill(length);
        const sending = comm.send(data, 0, 1);
        assert.deepEqual(await way.call(comm, 'recv', 0, 1), { data, source: 0, tag: 1 });
        await way.wait(sending);
        const buffer = new Uint8Array(length);
        const receiving = comm.recvInto(buffer);
        await way.call(comm, 'ssend', data, 0, 2);
        assert.equal((await way.wait(receiving)).bytes, length);
        assert.deepEqual(buffer, data);
      }
    }
  },
  'many messages to oneself keep their order': async (way) => {
    const sends = Array.from({ length: 3000 }, (_, k) =>
      world.send(k % 10 === 0 ? new Uint8Array(k * 10) : k, 0, k % 3),
    );
    for (const tag of [2, 0, 1]) {
      for (let k = tag; k < 3000; k += 3) {
        const { data } = await way.call(world, 'recv', 0, tag);
        assert.deepEqual(data, k % 10 === 0 ? new Uint8Array(k * 10) : k);
      }
    }
    if (way.blocks) waitAllSync(sends);
    else await Promise.all(sends);
  },
  'the two communicators keep their messages apart': async (way) => {
    world.bsend('world', 0);
    COMM_SELF.bsend('self', 0);
    assert.equal((await way.call(COMM_SELF, 'recv')).data, 'self');
    assert.equal((await way.call(world, 'recv')).data, 'world');
  },
  'collectives are done at once': async (way) => {
    assert.deepEqual(await way.call(world, 'gather', 'me'), ['me']);
    assert.equal(await way.call(world, 'allreduce', 5), 5);
    assert.equal(await way.call(COMM_SELF, 'bcast', 7), 7);
    await way.call(world, 'barrier');
  },
  'a blocked wait that nobody could end is refused': async () => {
    await inVain(() => world.recvSync());
    await inVain(() => COMM_SELF.probeSync());
    await inVain(() => world.mprobeSync(0, 3));
    await inVain(() => {
      world.ssendSync('nobody takes it', 0, 8);
    });
    for (const wait of [waitAllSync, waitAnySync, waitSomeSync]) await inVain(() => wait([world.recv(0, 9)]));
  },
  'one with a limit waits that long': async (way) => {
    await failure('MPI_ERR_TIMEOUT', () => way.wait(COMM_SELF.recv(0, 4, { timeout: 10 })));
    await failure('MPI_ERR_TIMEOUT', () => way.wait(COMM_SELF.ssend(1, 0, 4, { timeout: 10 })));
  },
});
