/** Communicators that are made of others, and messages over them; intercommunicators among them. */
import assert from 'node:assert/strict';
import * as MPI from 'parley';
import { failure, runCases } from './support/cases.ts';
import { standardIntercommunicators } from './support/standard-intercommunicators.ts';

const world = MPI.COMM_WORLD;
const { rank, size } = world;

await runCases({
  'a duplicate has the same processes, and messages of its own': async (way) => {
    const other = await way.call(world, 'dup');
    assert.deepEqual([other.rank, other.size, other.isInter], [rank, size, false]);
    assert.equal(world.compare(world), MPI.IDENT);
    await failure('MPI_ERR_COMM', () => world.compare(null as unknown as MPI.Communicator));
    assert.equal(world.compare(other), MPI.CONGRUENT);
    assert.equal(world.group().compare(other.group()), MPI.IDENT);
    const next = (rank + 1) % size;
    const sending = [world.send('world', next), other.send('other', next)];
    assert.equal((await way.call(other, 'recv')).data, 'other');
    assert.equal((await way.call(world, 'recv')).data, 'world');
    for (const send of sending) await way.wait(send);
  },
  'several duplicates may be in the making at once': async (way) => {
    const requests = [world.dup(), world.dup(), world.dup()];
    const made: MPI.Intracommunicator[] = [];
    for (const request of requests.toReversed()) made.unshift(await way.wait(request));
    const sums = made.map((comm, index) => comm.allreduce(index));
    for (const [index, sum] of sums.entries()) assert.equal(await way.wait(sum), index * size);
  },
  'a split goes by colour, then key, then old rank': async (way) => {
    const reversed = await way.call(world, 'split', 7, -rank);
    assert.deepEqual([reversed?.rank, reversed?.size], [size - 1 - rank, size]);
    assert.equal(world.compare(reversed!), size === 1 ? MPI.CONGRUENT : MPI.SIMILAR);
    const tied = await way.call(world, 'split', 0, rank % 2);
    const evens = Math.ceil(size / 2);
    assert.equal(tied?.rank, rank % 2 === 0 ? rank / 2 : evens + (rank - 1) / 2);
    const part = await way.call(world, 'split', rank % 3 === 2 ? MPI.UNDEFINED : rank % 3);
    if (rank % 3 === 2) {
      assert.equal(part, null);
      return;
    }
    assert.equal(part?.rank, Math.floor(rank / 3));
    assert.equal(await way.call(part, 'allreduce', rank % 3, MPI.MAX), rank % 3);
    if (size > 1) assert.equal(world.compare(part), MPI.UNEQUAL);
  },
  'an intercommunicator has two groups': async (way) => {
    for (const { name, isLeft, comm } of await standardIntercommunicators(way)) {
      const [own, other] = [comm.group(), comm.remoteGroup()];
      assert.deepEqual(
        [comm.isInter, comm.size, comm.rank, comm.remoteSize],
        [true, own.size, own.rank, other.size],
      );
      assert.equal(comm.size + comm.remoteSize, size, name);
      assert.equal(isLeft ? comm.rank : comm.rank + comm.remoteSize, rank);
      assert.equal(other.rank, MPI.UNDEFINED);
      assert.equal(comm.compare(comm), MPI.IDENT);
      assert.equal(comm.compare(world), MPI.UNEQUAL);
    }
  },
  'over it ranks are those of the remote group': async (way) => {
    for (const { isLeft, comm } of await standardIntercommunicators(way)) {
      for (const sendsFirst of [true, false]) {
        if (isLeft === sendsFirst) await way.call(comm, 'send', { from: comm.rank }, 0, 4);
        else if (comm.rank === 0) {
          for (let source = 0; source < comm.remoteSize; source++) {
            const probed = await way.call(comm, 'probe', source, 4);
            assert.equal(probed.source, source);
            const { data } = await way.call(comm, 'recv', source, 4);
            assert.deepEqual(data, { from: source });
          }
        }
      }
      const error = await failure('MPI_ERR_RANK', () => comm.send(1, comm.remoteSize));
      assert.match(
        error.message,
        new RegExp(`of an intercommunicator of ${comm.size} and ${comm.remoteSize} process`),
      );
      await failure('MPI_ERR_RANK', () => comm.recvSync(comm.remoteSize));
    }
  },
  'over it all verbs work': async (way) => {
    for (const { comm } of await standardIntercommunicators(way)) {
      if (comm.rank !== 0) continue;
      const mine = Float64Array.from({ length: 20_000 }, () => rank);
      const theirs = new Float64Array(20_000);
      const status = await way.call(comm, 'sendrecvInto', mine, 0, 1, theirs, MPI.ANY_SOURCE, 1);
      assert.deepEqual([status.source, status.count], [0, 20_000]);
      assert.ok(theirs.every((element) => element === theirs[0]) && theirs[0] !== rank);
      const sending = comm.ssend('matched', 0, 2);
      const message = await way.call(comm, 'mprobe', 0, 2);
      assert.equal((await way.wait(message.recv())).data, 'matched');
      await way.wait(sending);
      comm.bsend('buffered', 0, 3);
      assert.deepEqual(await way.call(comm, 'recv', 0, 3), { data: 'buffered', source: 0, tag: 3 });
    }
  },
  'groups without a common member become communicators at the same time': async (way) => {
    const all = world.group();
    const [low, high] = [all.rangeInclude([[0, 1, 1]]), all.rangeInclude([[size - 1, 2, -1]])];
    const comm = await way.call(world, 'create', rank < 2 ? low : high);
    assert.deepEqual([comm?.rank, comm?.size], [rank < 2 ? rank : size - 1 - rank, rank < 2 ? 2 : size - 2]);
    assert.equal(await way.call(comm!, 'bcast', rank, 0), rank < 2 ? 0 : size - 1);
    await failure('MPI_ERR_GROUP', () => comm!.create(world.group()));
    comm!.free();
  },
  'the processes of a host share memory': async (way) => {
    const comm = await way.call(world, 'splitType', 'shared', -rank);
    assert.deepEqual([comm?.rank, comm?.size], [size - 1 - rank, size]);
    await failure('MPI_ERR_ARG', () => world.splitType('numa' as 'shared'));
    comm?.free();
  },
  'what is freed is gone at once, what is disconnected when all have come': async (way) => {
    const [freed, left] = [await way.call(world, 'dup'), await way.call(world, 'dup')];
    freed.name = 'freed';
    freed.free();
    const error = await failure('MPI_ERR_COMM', () => freed.barrier());
    assert.match(error.message, /Cannot use "freed": it has been freed in this process/);
    const next = (rank + 1) % size;
    const sending = left.ssend('last words', next);
    const receive = left.recv();
    await way.call(left, 'disconnect');
    assert.equal((await way.wait(receive)).data, 'last words');
    assert.ok(sending.done);
    await failure('MPI_ERR_COMM', () => left.disconnect());
    for (const predefined of [world, MPI.COMM_SELF]) {
      await failure('MPI_ERR_COMM', () => predefined.free());
      await failure('MPI_ERR_COMM', () => predefined.disconnect());
    }
    // Nobody who never frees it holds the end of the program up.
    const kept = await way.call(world, 'dup');
    if (rank === 0) kept.free();
  },
  'intercommunicators are duplicated, and disconnected by both groups': async (way) => {
    for (const { comm } of await standardIntercommunicators(way)) {
      const other = await way.call(comm, 'dup');
      assert.equal(comm.compare(other), MPI.CONGRUENT);
      await way.call(comm, 'disconnect');
      if (other.rank === 0) {
        const { data } = await way.call(other, 'sendrecv', comm.size, 0, 1, 0, 1);
        assert.equal(data, comm.remoteSize);
      }
      other.free();
    }
  },
  'two processes become one by themselves': async (way) => {
    if (rank > 1) return;
    const comm = await way.call(MPI.COMM_SELF, 'createIntercomm', 0, world, 1 - rank, 27);
    assert.deepEqual([comm.size, comm.remoteSize, comm.rank], [1, 1, 0]);
    const { data, source } = await way.call(comm, 'sendrecv', rank, 0, 13, 0, 13);
    assert.deepEqual([data, source], [1 - rank, 0]);
  },
});
