import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { BufferPool, Memory } from '#live/update/buffer-pool.js';
import { decodeFrame, FrameDecoder, viewsOf } from '#live/update/frame-decoder.js';
import { type ArrayToSend, FrameEncoder } from '#live/update/frame-encoder.js';
import { FrameError } from '#live/update/frame-error.js';
import { DATA } from '#live/update/frame-kinds.js';

const CLASSES = [
  Int8Array,
  Uint8Array,
  Uint8ClampedArray,
  Int16Array,
  Uint16Array,
  Int32Array,
  Uint32Array,
  Float32Array,
  Float64Array,
  BigInt64Array,
  BigUint64Array,
];
const HEAD = { kind: DATA, rank: 3, run: 7, step: 2, sequence: 9, time: 1e12, discarded: 4, queued: 5 };

const arrays = fc
  .uniqueArray(
    fc.record({
      name: fc.string(),
      Class: fc.constantFrom(...CLASSES),
      shape: fc.array(fc.nat(5), { maxLength: 4 }),
    }),
    { selector: ({ name }) => name, maxLength: 6 },
  )
  .map((list) =>
    list.map(({ name, Class, shape }): ArrayToSend => {
      const data = new Class(shape.reduce((product, extent) => product * extent, 1));
      new Uint8Array(data.buffer).forEach((_, index, bytes) => (bytes[index] = (index * 31) % 251));
      return { name, data, shape };
    }),
  );

test('arrays of all classes and any shape arrive bit for bit, aligned, without a copy', () => {
  const pool = new BufferPool();
  const encoder = new FrameEncoder(pool);
  fc.assert(
    fc.property(arrays, (sent) => {
      const buffer = encoder.encode(HEAD, { n: sent.length }, sent);
      const { arrays: received, small, bytes, ...head } = decodeFrame(buffer.bytes);
      assert.deepEqual(head, HEAD);
      assert.deepEqual(small, { n: sent.length });
      assert.equal(bytes.byteLength % 8, 0);
      assert.deepEqual(received, sent);
      for (const { data } of received) {
        assert.equal(data.byteOffset % 8, 0);
        assert.equal(data.buffer, buffer.bytes.buffer);
      }
      buffer.release();
    }),
    { numRuns: 300 },
  );
  assert.equal(pool.held, 0);
});

test('frames that follow each other in one message are read one after the other', () => {
  const encoder = new FrameEncoder(new BufferPool());
  const frames = [5, 6, 7].map((sequence) =>
    encoder.encode({ ...HEAD, sequence }, { sequence }, [
      { name: 'a', data: Uint8Array.of(sequence), shape: [1] },
    ]),
  );
  const message = new Uint8Array(frames.reduce((length, { bytes }) => length + bytes.byteLength, 0));
  let at = 0;
  for (const { bytes } of frames) {
    message.set(bytes, at);
    at += bytes.byteLength;
  }
  const decoder = new FrameDecoder();
  at = 0;
  for (const wanted of [5, 6, 7]) {
    const { sequence, small, arrays, bytes } = decoder.decode(viewsOf(message), at);
    assert.deepEqual([sequence, small['sequence'], arrays[0]?.data[0]], [wanted, wanted, wanted]);
    at += bytes.byteLength;
  }
  assert.equal(at, message.byteLength);
});

test('a frame with any bytes changed, or cut, is a frame or is refused: nothing else happens', () => {
  const encoder = new FrameEncoder(new BufferPool());
  const good = encoder
    .encode(HEAD, { text: 'abc', list: [1, 2, { x: null }], map: new Map([[1, 2n]]) }, [
      { name: 'image', data: new Float32Array(12), shape: [3, 4] },
      { name: 'peaks', data: new BigInt64Array(2), shape: [2] },
    ])
    .bytes.slice();
  let refused = 0;
  fc.assert(
    fc.property(
      fc.array(fc.tuple(fc.nat(good.byteLength - 1), fc.nat(255)), { minLength: 1, maxLength: 4 }),
      fc.option(fc.nat(good.byteLength)),
      (changes, length) => {
        const bad = good.slice(0, length ?? good.byteLength);
        for (const [at, value] of changes) if (at < bad.byteLength) bad[at] = value;
        try {
          const frame = decodeFrame(bad);
          assert.ok(frame.bytes.byteLength <= bad.byteLength);
        } catch (error) {
          assert.ok(error instanceof FrameError, String(error));
          refused += 1;
        }
      },
    ),
    { numRuns: 3000 },
  );
  assert.ok(refused > 1000);
});

test('a checked pool detaches what was released, so that late views show nothing', () => {
  const pool = new BufferPool({ checked: true });
  const buffer = pool.acquire(100);
  const view = new Float64Array(buffer.bytes.buffer, 0, 4);
  buffer.retain();
  buffer.release();
  assert.equal(view.length, 4);
  buffer.release();
  assert.equal(view.length, 0);
  assert.equal(pool.held, 0);
});

test('memory of two gigabytes has words to its end', () => {
  // Nothing of it is touched.
  const bytes = 2 ** 31;
  assert.equal(new Memory(new ArrayBuffer(bytes), 0, bytes).words.byteLength, bytes);
});

test('a pool gives memory out again, and keeps no more of it than it may', () => {
  const pool = new BufferPool({ bytesMax: 8192 });
  const first = pool.acquire(4000);
  const memory = first.bytes.buffer;
  first.release();
  assert.equal(pool.acquire(3000).bytes.buffer, memory);
  const many = Array.from({ length: 10 }, () => pool.acquire(4000));
  for (const buffer of many) buffer.release();
  assert.equal(pool.freeBytes, 8192);
});
