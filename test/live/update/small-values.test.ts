import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { MPIError } from '#index.js';
import { ByteReader } from '#live/update/byte-reader.js';
import { ByteWriter } from '#live/update/byte-writer.js';
import { FrameError } from '#live/update/frame-error.js';
import { decodeSmall } from '#live/update/small-decoder.js';
import { encodeSmall } from '#live/update/small-encoder.js';

function encoded(small: Record<string, unknown>): Uint8Array {
  const writer = new ByteWriter();
  encodeSmall(writer, small);
  return writer.bytes.slice(0, writer.length);
}

const travelled = (small: Record<string, unknown>): unknown => decodeSmall(ByteReader.of(encoded(small)));

test('small values arrive as structured clone would bring them', () => {
  const values = fc.anything({
    withBigInt: true,
    withMap: true,
    withSet: true,
    withSparseArray: true,
    withTypedArray: true,
    maxDepth: 4,
  });
  fc.assert(
    fc.property(fc.dictionary(fc.string(), fc.oneof(values, fc.date({ noInvalidDate: true }))), (small) => {
      assert.deepEqual(travelled(small), structuredClone(small));
    }),
    { numRuns: 400 },
  );
});

test('numbers keep their sign and their NaN, text its surrogates, names may be anything', () => {
  const small = {
    negativeZero: -0,
    nan: NaN,
    large: 2 ** 31,
    least: -(2 ** 31),
    text: `${'ä'.repeat(100)}😀\0`,
    big: -(2n ** 200n),
    small: 1,
    send: 2,
    pattern: /a+b/giu,
    bytes: new Uint8Array([1, 2, 3]).buffer,
    hole: [1, , 3],
  };
  const arrived = travelled(small) as typeof small;
  assert.deepEqual(arrived, small);
  assert.ok(Object.is(arrived.negativeZero, -0));
  assert.ok(!(1 in arrived.hole));
  assert.ok(Number.isNaN((travelled({ at: new Date(NaN) }) as { at: Date }).at.getTime()));
});

test('a bigint travels as long as it is read at the other end, and is refused beyond', () => {
  const longest = 16n ** 4096n - 1n;
  assert.deepEqual(travelled({ longest }), { longest });
  for (const big of [longest + 1n, -longest])
    assert.throws(
      () => encoded({ all: [big] }),
      /Cannot encode small\.all\[0\]: it is a bigint of 4097 hexadecimal digits, where 4096 are the most.*\(MPI_ERR_ARG\)$/,
    );
});

test('a name that would change the prototype is a name like any other', () => {
  const small = JSON.parse('{"__proto__": {"polluted": true}}') as Record<string, unknown>;
  const arrived = travelled(small) as Record<string, unknown>;
  assert.deepEqual(Object.keys(arrived), ['__proto__']);
  assert.equal(arrived['polluted'], undefined);
  assert.equal(Object.getPrototypeOf(arrived), Object.prototype);
});

test('what cannot travel is refused with the place where it stands', () => {
  const circle: Record<string, unknown> = {};
  circle['self'] = circle;
  const refused: Readonly<Record<string, [unknown, RegExp]>> = {
    f: [{ inside: [() => 1] }, /small\.f\.inside\[0\]: it is a function/],
    s: [Symbol('s'), /small\.s: it is a symbol/],
    c: [circle, /small\.c\.self.*deeper than 64 levels, or a circle/],
    p: [Promise.resolve(1), /small\.p: it is a Promise/],
  };
  for (const [name, [value, message]] of Object.entries(refused)) {
    assert.throws(
      () => encoded({ [name]: value }),
      (error: unknown) => error instanceof MPIError && message.test(error.message),
    );
  }
});

test('bytes of nobody end in a refusal, never in anything else', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 80 }), (bytes) => {
      try {
        decodeSmall(ByteReader.of(bytes));
      } catch (error) {
        assert.ok(error instanceof FrameError, String(error));
      }
    }),
    { numRuns: 3000 },
  );
});
