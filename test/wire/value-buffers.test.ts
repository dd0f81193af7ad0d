import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  allocateOfType,
  bytesOf,
  elementBytes,
  elementTypeOf,
  FLOAT16,
  FLOAT64,
} from '#wire/element-type.js';
import { ValueCodec } from '#wire/value-codec.js';

const codec = new ValueCodec();
const memory = Uint8Array.from({ length: 500 }, (_, index) => (index * 37) & 0xff);

test('A copy has the class, the bytes and memory of its own, from wherever it was taken', () => {
  for (let type = 1; type < FLOAT16; type++) {
    for (const length of [0, 8, 56, 64, 72, 400]) {
      for (const start of [0, 1, 8, 13]) {
        const copy = codec.copyOfType(type, memory, start, start + length);
        assert.equal(Object.getPrototypeOf(copy), Object.getPrototypeOf(allocateOfType(type, 8).data));
        assert.deepEqual(Uint8Array.from(bytesOf(copy)), memory.slice(start, start + length));
        assert.equal((ArrayBuffer.isView(copy) ? copy.buffer : copy).byteLength, length);
      }
    }
  }
});

test('Copies do not share what they are made with', () => {
  const first = codec.copyOfType(FLOAT64, new Uint8Array(Float64Array.of(1, 2).buffer), 0, 16);
  const second = codec.copyOfType(FLOAT64, new Uint8Array(Float64Array.of(3, 4).buffer), 0, 16);
  assert.deepEqual([first, second], [Float64Array.of(1, 2), Float64Array.of(3, 4)]);
});

test('Half elements and unknown classes are errors', () => {
  assert.throws(() => codec.copyOfType(FLOAT64, memory, 0, 9), /no whole number of elements of Float64Array/);
  assert.throws(() => codec.copyOfType(99, memory, 0, 8), RangeError);
  assert.throws(() => codec.copyOfType(0, memory, 0, 8), RangeError);
  assert.equal(elementBytes(elementTypeOf(codec.copyOfType(FLOAT64, memory, 0, 8))), 8);
});
