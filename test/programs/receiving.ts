/** Receiving (MPI-4.1 §3.2.4): by envelope, as a value or into a buffer, and what the status says. */
import assert from 'node:assert/strict';
import { ANY_SOURCE, ANY_TAG, COMM_WORLD as world, PROC_NULL, UNDEFINED, type BufferLike } from 'parley';
import { failure, runCases } from './support/cases.ts';
import { isFirst, partner } from './support/pairs.ts';

/** Buffers of twelve bytes of every kind, in the midst of a larger memory where that can be. */
const buffersOfTwelve = (): BufferLike[] => {
  const memory = new ArrayBuffer(64);
  const shared = new SharedArrayBuffer(64);
  return [
    new Uint8Array(memory, 4, 12),
    new Int8Array(memory, 5, 12),
    new Uint8ClampedArray(memory, 7, 12),
    new Int16Array(memory, 8, 6),
    new Uint16Array(memory, 8, 6),
    new Int32Array(memory, 8, 3),
    new Uint32Array(memory, 8, 3),
    new Float32Array(memory, 8, 3),
    new DataView(memory, 9, 12),
    Buffer.from(memory, 10, 12),
    new ArrayBuffer(12),
    new SharedArrayBuffer(12),
    new Uint8Array(shared, 4, 12),
    new Float32Array(shared, 8, 3),
  ];
};

const bytesOf = (buffer: BufferLike): Uint8Array =>
  ArrayBuffer.isView(buffer)
    ? new Uint8Array(buffer.buffer, buffer.byteOffset, buffer.byteLength)
    : new Uint8Array(buffer);

await runCases({
  'tags and sources choose among what is there': async (way) => {
    if (isFirst) {
      for (const tag of [1, 2, 3, 1]) await way.call(world, 'send', `${tag}`, partner, tag);
      await way.call(world, 'send', 'last', partner, 4);
      return;
    }
    await way.call(world, 'probe', partner, 4);
    const order: unknown[] = [];
    for (const tag of [3, 1, ANY_TAG, 4, ANY_TAG]) {
      const { data, source, tag: came } = await way.call(world, 'recv', partner, tag);
      order.push(data);
      assert.equal(source, partner);
      if (tag !== ANY_TAG) assert.equal(came, tag);
    }
    assert.deepEqual(order, ['3', '1', '2', 'last', '1']);
  },
  'everybody sends to everybody, who takes what comes': async (way) => {
    for (let to = 0; to < world.size; to++) {
      if (to !== world.rank) await way.call(world, 'send', world.rank, to, 7);
    }
    const from = new Set<number>();
    while (from.size < world.size - 1) {
      const { data, source } = await way.call(world, 'recv', ANY_SOURCE, 7);
      assert.equal(data, source);
      from.add(source);
    }
  },
  'buffers of every kind take bytes, and nothing around them changes': async (way) => {
    const bytes = Uint8Array.from({ length: 12 }, (_, index) => index + 1);
    if (isFirst) {
      for (const buffer of buffersOfTwelve()) {
        bytesOf(buffer).set(bytes);
        await way.call(world, 'send', buffer, partner, 1);
        await way.call(world, 'send', bytes, partner, 2);
      }
      return;
    }
    for (const buffer of buffersOfTwelve()) {
      const own = await way.call(world, 'recvInto', buffer, partner, 1);
      const elements =
        ArrayBuffer.isView(buffer) && 'BYTES_PER_ELEMENT' in buffer ? buffer.BYTES_PER_ELEMENT : 1;
      assert.deepEqual(own, { source: partner, tag: 1, count: 12 / elements, bytes: 12, cancelled: false });
      assert.deepEqual(bytesOf(buffer), bytes);
      const around = ArrayBuffer.isView(buffer) ? new Uint8Array(buffer.buffer) : bytesOf(buffer);
      assert.equal(
        around.reduce((sum, byte) => sum + byte, 0),
        78,
      );
      bytesOf(buffer).fill(0);
      await way.call(world, 'recvInto', buffer, partner, 2);
      assert.deepEqual(bytesOf(buffer), bytes);
      // They lie in the same memory.
      bytesOf(buffer).fill(0);
    }
  },
  'elements of another type are refused and stay': async (way) => {
    if (isFirst) {
      await way.call(world, 'send', Int32Array.of(1, 2), partner, 1);
      await way.call(world, 'send', { value: true }, partner, 2);
      await way.call(world, 'barrier');
      await way.call(world, 'send', Float32Array.of(1), partner, 3);
      return;
    }
    await way.call(world, 'probe', partner, 2);
    const wrong = await failure('MPI_ERR_TYPE', () =>
      way.call(world, 'recvInto', new Float64Array(9), partner, 1),
    );
    assert.match(wrong.message, /Int32Array/);
    assert.match(wrong.message, /Float64Array/);
    await failure('MPI_ERR_TYPE', () => way.call(world, 'recvInto', new Uint32Array(9), partner, 1));
    await failure('MPI_ERR_TYPE', () => way.call(world, 'recvInto', new Uint8Array(99), partner, 2));
    assert.deepEqual((await way.call(world, 'recv', partner, 1)).data, Int32Array.of(1, 2));
    assert.deepEqual((await way.call(world, 'recv', partner, 2)).data, { value: true });
    // The same where the receive was there first.
    const posted = world.recvInto(new Float64Array(9), partner, 3);
    const next = world.recv(partner, 3);
    await way.call(world, 'barrier');
    await failure('MPI_ERR_TYPE', () => way.wait(posted));
    assert.deepEqual((await way.wait(next)).data, Float32Array.of(1));
  },
  'bytes that are no whole number of elements have no count': async (way) => {
    if (isFirst) {
      await way.call(world, 'send', new Uint8Array(12), partner);
      return;
    }
    const status = await way.call(world, 'recvInto', new Float64Array(2), partner);
    assert.deepEqual([status.count, status.bytes], [UNDEFINED, 12]);
  },
  'an empty message fills nothing': async (way) => {
    if (isFirst) {
      for (const data of [new Int32Array(0), new ArrayBuffer(0), Buffer.alloc(0)]) {
        await way.call(world, 'send', data, partner);
      }
      return;
    }
    for (const room of [0, 3, 100]) {
      const buffer = new Int32Array(room).fill(9);
      const status = await way.call(world, 'recvInto', buffer, partner);
      assert.deepEqual([status.count, status.bytes], [0, 0]);
      assert.ok(buffer.every((element) => element === 9));
    }
  },
  'from where there is no process nothing comes, at once': async (way) => {
    const nothing = { source: PROC_NULL, tag: ANY_TAG };
    assert.deepEqual(await way.call(world, 'recv', PROC_NULL, 5), { data: undefined, ...nothing });
    const buffer = Int32Array.of(1, 2);
    const status = await way.call(world, 'recvInto', buffer, PROC_NULL);
    assert.deepEqual(status, { ...nothing, count: 0, bytes: 0, cancelled: false });
    assert.deepEqual(buffer, Int32Array.of(1, 2));
    assert.equal(world.recv(PROC_NULL).done, true);
  },
  'oneself is a process like others': async (way) => {
    for (const data of [{ a: 1 }, new Float64Array(3).fill(1), new Uint8Array(2 ** 21).fill(3)]) {
      const sending = world.send(data, world.rank, 1);
      const message = await way.call(world, 'recv', world.rank, 1);
      assert.deepEqual(message, { data, source: world.rank, tag: 1 });
      await way.wait(sending);
      const receiving = world.recv(ANY_SOURCE, 2);
      await way.call(world, 'ssend', data, world.rank, 2);
      assert.deepEqual((await way.wait(receiving)).data, data);
    }
  },
  'duplicates of a communicator keep their messages apart': async (way) => {
    const other = await way.call(world, 'dup');
    if (isFirst) {
      await way.call(world, 'send', 'world', partner, 1);
      await way.call(other, 'send', 'other', partner, 1);
      return;
    }
    assert.equal((await way.call(other, 'recv')).data, 'other');
    assert.equal(other.iprobe(), undefined);
    assert.equal((await way.call(world, 'recv')).data, 'world');
  },
});
