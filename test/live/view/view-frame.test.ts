import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { encodeImage } from '#live/view/wire/image-data.js';
import { decodeViewFrame, encodeBody, encodeHead } from '#live/view/wire/view-frame.js';
import { valueOf } from '#live/view/page/image/color-scale.js';

function roundTrip(panel: unknown): unknown {
  const body = encodeBody('a topic', panel);
  const message = Buffer.concat([encodeHead(body, 7, 1234.5, 3), body.bytes]);
  const frame = decodeViewFrame(
    message.buffer.slice(message.byteOffset, message.byteOffset + message.length),
  );
  assert.deepEqual([frame.name, frame.version, frame.time, frame.skipped], ['a topic', 7, 1234.5, 3]);
  return frame.panel;
}

test('A panel comes out of a frame as it went in, arrays and numbers that JSON lacks included', () => {
  const panel = {
    kind: 'lines',
    title: 'Spektren – µ',
    series: [
      { label: 'a', y: Float32Array.of(1, Number.NaN, -3) },
      { label: 'b', y: Uint8Array.of(1, 2, 3) },
    ],
    range: [Number.NaN, -Infinity, 0.1],
    nothing: null,
    isOn: true,
  };
  assert.deepEqual(roundTrip(panel), panel);
});

test('Arrays of 64-bit integers arrive as floating point numbers', () => {
  assert.deepEqual(roundTrip({ y: BigInt64Array.of(-5n, 2n ** 40n) }), { y: Float64Array.of(-5, 2 ** 40) });
});

test('Arrays of any class and length keep their values, each aligned as its class wants', () => {
  const array = fc.oneof(
    fc.float64Array({ maxLength: 9 }),
    fc.float32Array({ maxLength: 9 }),
    fc.uint16Array({ maxLength: 9 }),
    fc.int8Array({ maxLength: 9 }),
  );
  fc.assert(
    fc.property(fc.array(array, { maxLength: 5 }), fc.string(), (arrays, text) =>
      assert.deepEqual(roundTrip({ arrays, text }), { arrays, text }),
    ),
    {
      numRuns: 60,
    },
  );
});

test('A message that is no frame is refused', () => {
  assert.throws(() => decodeViewFrame(new ArrayBuffer(8)), /does not begin as a frame/);
  assert.throws(() => decodeViewFrame(new ArrayBuffer(64)), /does not begin as a frame/);
});

test('Codes of 8 and 16 bits lie within half a step of the value, and NaN stays NaN', () => {
  const values = Float32Array.from({ length: 2000 }, (_, index) =>
    index % 37 === 5 ? Number.NaN : Math.sin(index) * 1e4,
  );
  for (const format of ['u8', 'u16', 'f32'] as const) {
    const codes = encodeImage(values, format);
    values.forEach((value, index) => {
      const out = valueOf(codes, index);
      if (Number.isNaN(value)) assert.ok(Number.isNaN(out));
      else
        assert.ok(
          Math.abs(out - value) <= codes.scale * 0.5001 + 1e-9,
          `${format} ${index}: ${out} for ${value}`,
        );
    });
    assert.equal(codes.isExact, format === 'f32');
  }
});

test('Integers whose range fits into the codes are exact', () => {
  const values = Int32Array.from({ length: 500 }, (_, index) => 70_000 + ((index * 7919) % 60_000));
  const codes = encodeImage(values, 'u16');
  assert.equal(codes.isExact, true);
  assert.deepEqual(
    Array.from(values, (_, index) => valueOf(codes, index)),
    Array.from(values),
  );
  assert.equal(encodeImage(values, 'u8').isExact, false);
});

test('Floating point numbers of any class are no integers', () => {
  const { Float16Array: Half } = globalThis as {
    Float16Array?: new (values: readonly number[]) => Float32Array;
  };
  // Where the runtime has none: what says so of itself, and is of no class that we know.
  const prototype = Object.create(Object.getPrototypeOf(Float32Array.prototype) as object, {
    [Symbol.toStringTag]: { value: 'Float16Array' },
  }) as object;
  const stand = Object.setPrototypeOf(Float32Array.of(0.25, 0.5, 9.75), prototype) as Float32Array;
  for (const values of [stand, ...(Half === undefined ? [] : [new Half([0.25, 0.5, 9.75])])]) {
    const codes = encodeImage(values, 'u16');
    assert.equal(codes.isExact, false);
    assert.ok(Math.abs(valueOf(codes, 1) - 0.5) <= codes.scale);
  }
});

test('Codes of the frame before are used again where they fit, and overwritten whole', () => {
  for (const format of ['u8', 'u16', 'f32'] as const) {
    const first = encodeImage(Float32Array.of(1, 2, Number.NaN), format);
    const values = Float32Array.of(7, Number.NaN, 5);
    const second = encodeImage(values, format, first.data);
    assert.equal(second.data, first.data);
    assert.deepEqual(second, encodeImage(values, format));
    assert.notEqual(encodeImage(new Float32Array(4), format, first.data).data, first.data);
    assert.equal(encodeImage(values, format === 'u8' ? 'u16' : 'u8', first.data).data.length, 3);
  }
  const integers = encodeImage(BigInt64Array.of(3n, 4n), 'f32', new Float32Array(2));
  assert.deepEqual([...integers.data], [3, 4]);
});

test('Infinite values are drawn at the ends of the range of the others', () => {
  const codes = encodeImage(Float32Array.of(-Infinity, 1, 3, Infinity), 'u16');
  assert.deepEqual([codes.min, codes.max], [1, 3]);
  assert.deepEqual(
    [0, 1, 2, 3].map((index) => valueOf(codes, index)),
    [1, 1, 3, 3],
  );
});

test('An image of nothing but NaN, and one of a single value, can be encoded', () => {
  const nothing = encodeImage(new Float32Array(4).fill(Number.NaN), 'u16');
  assert.ok(Number.isNaN(valueOf(nothing, 2)));
  assert.equal(valueOf(encodeImage(new Float32Array(4).fill(2.5), 'u8'), 3), 2.5);
});
