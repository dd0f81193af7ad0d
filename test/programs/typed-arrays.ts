/** Raw elements: the same class on arrival, whatever the length and wherever the protocol changes. */
import assert from 'node:assert/strict';
import { COMM_WORLD as world, type BufferLike, type TypedArray } from 'parley';
import { runCases } from './support/cases.ts';
import { isFirst, partner } from './support/pairs.ts';

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
] as const;

/** Around what fits a slot of a ring, a part of a message, an eager message, and several of them. */
const BYTES: readonly number[] = [
  0,
  8,
  40,
  48,
  4096,
  65_528,
  65_536,
  65_544,
  2 ** 18 + 8,
  2 ** 20,
  2 ** 22 + 8,
];

/** Bytes that are different everywhere. */
const pattern = Uint8Array.from({ length: 2 ** 22 + 8 }, (_, index) => (index * 2_654_435_761) >>> 13);

const bytesOf = (data: BufferLike): Uint8Array =>
  ArrayBuffer.isView(data)
    ? new Uint8Array(data.buffer, data.byteOffset, data.byteLength)
    : new Uint8Array(data);

const equalBytes = (data: BufferLike, wanted: Uint8Array): boolean =>
  Buffer.compare(bytesOf(data), wanted) === 0;

/** Whatever is compared bit by bit: NaNs and negative zeros included. */
function make(kind: (typeof CLASSES)[number], bytes: number): TypedArray {
  const memory = pattern.slice(0, bytes).buffer;
  return new kind(memory, 0, bytes / kind.BYTES_PER_ELEMENT);
}

await runCases({
  'each class at each length, as a value': async (way) => {
    for (const kind of CLASSES) {
      for (const bytes of BYTES) {
        if (isFirst) {
          await way.call(world, 'send', make(kind, bytes), partner, 1);
          continue;
        }
        const { data } = await way.call(world, 'recv', partner, 1);
        assert.equal(Object.getPrototypeOf(data), kind.prototype);
        const array = data as TypedArray;
        assert.equal(array.length, bytes / kind.BYTES_PER_ELEMENT);
        assert.ok(equalBytes(array, pattern.subarray(0, bytes)), `${kind.name} of ${bytes} bytes`);
        // It is the receiver's alone: its memory begins and ends with it.
        assert.deepEqual([array.byteOffset, array.buffer.byteLength], [0, bytes]);
      }
    }
  },
  'each class at each length, into a buffer': async (way) => {
    for (const kind of CLASSES) {
      for (const bytes of BYTES) {
        if (isFirst) {
          await way.call(world, 'send', make(kind, bytes), partner, 1);
          continue;
        }
        const target = new kind(bytes / kind.BYTES_PER_ELEMENT);
        const status = await way.call(world, 'recvInto', target, partner, 1);
        assert.deepEqual([status.count, status.bytes], [target.length, bytes]);
        assert.ok(equalBytes(target, pattern.subarray(0, bytes)), `${kind.name} of ${bytes} bytes`);
      }
    }
  },
  'a view sends what it shows, and no more': async (way) => {
    const memory = pattern.slice(0, 2 ** 18);
    for (const [offset, length] of [
      [8, 16],
      [24, 80_000],
      [16, 2 ** 17],
    ] as const) {
      if (isFirst) {
        await way.call(world, 'send', new Float64Array(memory.buffer, offset, length / 8), partner, 1);
        continue;
      }
      const { data } = await way.call(world, 'recv', partner, 1);
      assert.equal((data as Float64Array).length, length / 8);
      assert.ok(equalBytes(data as Float64Array, pattern.subarray(offset, offset + length)));
    }
  },
  'plain containers of bytes arrive as what they were': async (way) => {
    const bytes = pattern.slice(0, 100);
    const shared = new SharedArrayBuffer(100);
    new Uint8Array(shared).set(bytes);
    const containers: readonly (readonly [sent: BufferLike, arrives: object])[] = [
      [bytes.buffer, ArrayBuffer.prototype],
      [new DataView(bytes.buffer), DataView.prototype],
      [Buffer.from(bytes), Buffer.prototype as object],
      // Memory cannot be shared with another process.
      [shared, ArrayBuffer.prototype],
      [new Uint8Array(shared), Uint8Array.prototype],
    ];
    for (const [sent, prototype] of containers) {
      if (isFirst) {
        await way.call(world, 'send', sent, partner, 1);
        continue;
      }
      const { data } = await way.call(world, 'recv', partner, 1);
      assert.equal(Object.getPrototypeOf(data), prototype);
      assert.ok(equalBytes(data as BufferLike, pattern.subarray(0, 100)));
    }
  },
  'subclasses arrive as their classes': async (way) => {
    class Energies extends Float64Array {}
    if (isFirst) {
      await way.call(world, 'send', Energies.of(1, 2), partner, 1);
      return;
    }
    const { data } = await way.call(world, 'recv', partner, 1);
    assert.deepEqual(data, Float64Array.of(1, 2));
  },
});
