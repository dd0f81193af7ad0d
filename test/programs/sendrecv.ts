/** Sending and receiving at once (MPI-4.1 §3.10), around rings of all sizes. */
import assert from 'node:assert/strict';
import { ANY_SOURCE, ANY_TAG, COMM_WORLD as world, PROC_NULL, UNDEFINED } from 'parley';
import { failure, runCases } from './support/cases.ts';

const { rank, size } = world;
const next = (rank + 1) % size;
const previous = (rank + size - 1) % size;

await runCases({
  'values go around the ring': async (way) => {
    let token: unknown = { from: rank, seen: new Set([rank]) };
    for (let step = 0; step < size; step++) {
      token = (await way.call(world, 'sendrecv', token, next, step, previous, step)).data;
    }
    assert.deepEqual(token, { from: rank, seen: new Set([rank]) });
  },
  'elements go around the ring, short and long': async (way) => {
    for (const length of [0, 1, 5000, 300_000]) {
      const [mine, theirs] = [new Float64Array(length).fill(rank), new Float64Array(length)];
      const status = await way.call(world, 'sendrecvInto', mine, next, 1, theirs, ANY_SOURCE, ANY_TAG);
      assert.deepEqual([status.source, status.tag, status.count], [previous, 1, length]);
      assert.ok(theirs.every((element) => element === previous));
    }
  },
  'the tags of the two directions have nothing in common': async (way) => {
    const message = await way.call(world, 'sendrecv', rank, next, rank + 10, previous, previous + 10);
    assert.deepEqual(message, { data: previous, source: previous, tag: previous + 10 });
  },
  'a line ends where there is no process': async (way) => {
    const left = rank === 0 ? PROC_NULL : rank - 1;
    const right = rank === size - 1 ? PROC_NULL : rank + 1;
    const { data, source, tag } = await way.call(world, 'sendrecv', rank, right, 2, left, 2);
    if (left === PROC_NULL) assert.deepEqual([data, source, tag], [undefined, PROC_NULL, ANY_TAG]);
    else assert.deepEqual([data, source, tag], [left, left, 2]);
    const buffer = Int32Array.of(UNDEFINED);
    const status = await way.call(world, 'sendrecvInto', Int32Array.of(rank), left, 3, buffer, right, 3);
    assert.equal(status.source, right);
    assert.equal(buffer[0], right === PROC_NULL ? UNDEFINED : right);
  },
  'both directions may be of the same partner, many at once': async (way) => {
    const requests = Array.from({ length: 20 }, (_, tag) =>
      world.sendrecv([rank, tag], next, tag, previous, tag),
    );
    for (const [tag, request] of requests.entries()) {
      assert.deepEqual((await way.wait(request)).data, [previous, tag]);
    }
  },
  'too short a buffer is an error that leaves nothing behind': async (way) => {
    const error = await failure('MPI_ERR_TRUNCATE', () =>
      way.call(world, 'sendrecvInto', new Int32Array(10), next, 4, new Int32Array(9), previous, 4),
    );
    assert.match(error.message, new RegExp(`rank ${previous} with tag 4`));
    await way.call(world, 'barrier');
  },
  'buffers that overlap are refused before anything is sent, unless nobody is there': async (way) => {
    const memory = new Int32Array(100_000);
    const [first, second] = [memory.subarray(0, 60_000), memory.subarray(40_000)];
    const error = await failure('MPI_ERR_BUFFER', () =>
      way.call(world, 'sendrecvInto', first, next, 6, second, previous, 6),
    );
    assert.match(
      error.message,
      /\(bytes 0\.\.239999\) and .*\(bytes 160000\.\.399999 of the same memory\) overlap/,
    );
    await failure('MPI_ERR_BUFFER', () =>
      way.call(world, 'sendrecvInto', memory.buffer, next, 6, memory, previous, 6),
    );
    assert.equal((await way.call(world, 'sendrecvInto', first, PROC_NULL, 6, second, PROC_NULL, 6)).count, 0);
    const [mine, theirs] = [memory.subarray(0, 50_000).fill(rank), memory.subarray(50_000)];
    await way.call(world, 'sendrecvInto', mine, next, 6, theirs, previous, 6);
    assert.equal(theirs[0], previous);
  },
  'a bad argument of either direction starts neither': async (way) => {
    await failure('MPI_ERR_RANK', () => way.call(world, 'sendrecv', 1, size, 5, previous, 5));
    await failure('MPI_ERR_RANK', () => way.call(world, 'sendrecv', 1, next, 5, size, 5));
    await failure('MPI_ERR_TAG', () => way.call(world, 'sendrecv', 1, next, -2, previous, 5));
    await failure('MPI_ERR_TAG', () => way.call(world, 'sendrecv', 1, next, 5, previous, -2));
    await failure('MPI_ERR_TYPE', () => way.call(world, 'sendrecv', () => 1, next, 5, previous, 5));
    // Nothing was sent, and no receive was left that would take this one.
    const { data } = await way.call(world, 'sendrecv', 'good', next, 5, previous, 5);
    assert.equal(data, 'good');
  },
});
