import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as elementType from '#wire/element-type.js';
import {
  allocateOfType,
  bufferOfType,
  bytesOf,
  elementBytes,
  elementTypeName,
  elementTypeOf,
  typesAgree,
  VALUE,
  type BufferLike,
} from '#wire/element-type.js';

/** Code, class as sent, class on arrival. */
const KINDS: readonly (readonly [code: number, name: string, sent: BufferLike, arrives: object])[] = [
  [elementType.INT8, 'Int8Array', new Int8Array(2), Int8Array.prototype],
  [elementType.UINT8, 'Uint8Array', new Uint8Array(2), Uint8Array.prototype],
  [elementType.UINT8_CLAMPED, 'Uint8ClampedArray', new Uint8ClampedArray(2), Uint8ClampedArray.prototype],
  [elementType.INT16, 'Int16Array', new Int16Array(2), Int16Array.prototype],
  [elementType.UINT16, 'Uint16Array', new Uint16Array(2), Uint16Array.prototype],
  [elementType.INT32, 'Int32Array', new Int32Array(2), Int32Array.prototype],
  [elementType.UINT32, 'Uint32Array', new Uint32Array(2), Uint32Array.prototype],
  [elementType.FLOAT32, 'Float32Array', new Float32Array(2), Float32Array.prototype],
  [elementType.FLOAT64, 'Float64Array', new Float64Array(2), Float64Array.prototype],
  [elementType.BIGINT64, 'BigInt64Array', new BigInt64Array(2), BigInt64Array.prototype],
  [elementType.BIGUINT64, 'BigUint64Array', new BigUint64Array(2), BigUint64Array.prototype],
  [elementType.ARRAY_BUFFER, 'ArrayBuffer', new ArrayBuffer(2), ArrayBuffer.prototype],
  [elementType.SHARED_ARRAY_BUFFER, 'SharedArrayBuffer', new SharedArrayBuffer(2), ArrayBuffer.prototype],
  [elementType.DATA_VIEW, 'DataView', new DataView(new ArrayBuffer(2)), DataView.prototype],
  [elementType.BUFFER, 'Buffer', Buffer.alloc(2), Buffer.prototype],
];

test('Every raw class has a code that is frozen on the wire', () => {
  assert.deepEqual(
    KINDS.map(([code]) => code),
    [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15],
  );
  assert.equal(VALUE, 0);
  assert.equal(elementType.FLOAT16, 16);
});

for (const [code, name, sent, arrives] of KINDS) {
  test(`A ${name} is known as one, and arrives as its own class without a copy`, () => {
    assert.equal(elementTypeOf(sent), code);
    assert.equal(elementTypeName(code), name);
    const bytes = new Uint8Array(8);
    const data = bufferOfType(code, bytes);
    assert.equal(Object.getPrototypeOf(data), arrives);
    assert.equal(data.byteLength, 8);
    bytes[3] = 77;
    assert.equal(bytesOf(data)[3], 77);
    const fresh = allocateOfType(code, 16);
    assert.equal(Object.getPrototypeOf(fresh.data), arrives);
    fresh.bytes.fill(5);
    assert.deepEqual(Uint8Array.from(bytesOf(fresh.data)), new Uint8Array(16).fill(5));
    assert.equal(allocateOfType(code, 0).data.byteLength, 0);
  });
}

test('Float16Array travels where the runtime has it, and says so where it has not', () => {
  const constructor = (globalThis as { Float16Array?: new (length: number) => BufferLike }).Float16Array;
  if (constructor === undefined) {
    assert.throws(() => bufferOfType(elementType.FLOAT16, new Uint8Array(4)), /no such class/);
    return;
  }
  const sent = new constructor(3);
  assert.equal(elementTypeOf(sent), elementType.FLOAT16);
  const data = bufferOfType(elementType.FLOAT16, new Uint8Array(6));
  assert.equal(Object.getPrototypeOf(data), constructor.prototype);
});

test('Subclasses count as the class that they extend', () => {
  class Samples extends Float32Array {}
  class Bytes extends Uint8Array {}
  assert.equal(elementTypeOf(new Samples(1)), elementType.FLOAT32);
  assert.equal(elementTypeOf(new Bytes(1)), elementType.UINT8);
});

test('What is no raw buffer is a value', () => {
  const impostor = { [Symbol.toStringTag]: 'Float64Array' };
  for (const value of [undefined, null, 1, 'x', true, 1n, [], {}, new Map(), () => 0, impostor]) {
    assert.equal(elementTypeOf(value), VALUE);
  }
  assert.equal(elementBytes(VALUE), 0);
});

test('The bytes of a view are its window, and a Uint8Array is its own bytes', () => {
  const plain = new Uint8Array([1, 2, 3]);
  assert.equal(bytesOf(plain), plain);
  const memory = Uint8Array.from({ length: 32 }, (_, index) => index).buffer;
  assert.deepEqual(
    bytesOf(new Float64Array(memory, 8, 2)),
    Uint8Array.from({ length: 16 }, (_, at) => at + 8),
  );
  assert.deepEqual(bytesOf(new DataView(memory, 3, 2)), Uint8Array.of(3, 4));
  assert.equal(bytesOf(memory).length, 32);
});

test('A length that is no whole number of elements is an error, not a crash', () => {
  for (const [code, name] of KINDS) {
    if (elementBytes(code) === 1) continue;
    assert.throws(() => bufferOfType(code, new Uint8Array(elementBytes(code) + 1)), {
      name: 'RangeError',
      message: new RegExp(`malformed data: \\d bytes are no whole number of elements of ${name}`),
    });
    assert.throws(() => allocateOfType(code, 2 * elementBytes(code) - 1), RangeError);
  }
});

test('A code that does not exist is an error', () => {
  for (const code of [VALUE, 17, 255, -1, 1.5, NaN]) {
    assert.throws(() => bufferOfType(code, new Uint8Array(8)), RangeError);
    assert.throws(() => allocateOfType(code, 8), RangeError);
    assert.equal(elementBytes(code), 0);
  }
  assert.match(elementTypeName(200), /unknown element type 200/);
});

test('Two buffers agree where they are of one class or one of them is bytes', () => {
  const bytesLike = new Set(['Int8Array', 'Uint8Array', 'Uint8ClampedArray']);
  for (const name of ['ArrayBuffer', 'SharedArrayBuffer', 'DataView', 'Buffer']) bytesLike.add(name);
  for (const [sent, sentName] of KINDS) {
    assert.equal(typesAgree(sent, VALUE), false);
    assert.equal(typesAgree(VALUE, sent), false);
    assert.equal(typesAgree(200, sent), false);
    for (const [received, receivedName] of KINDS) {
      const wanted = sent === received || bytesLike.has(sentName) || bytesLike.has(receivedName);
      assert.equal(typesAgree(sent, received), wanted, `${sentName} into ${receivedName}`);
    }
  }
  assert.equal(typesAgree(VALUE, VALUE), true);
});
