/** Frames that resemble the ones before them: read and written at the same places, and never otherwise than alone. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { BufferPool } from '#live/update/buffer-pool.js';
import { decodeFrame, type Frame, FrameDecoder, viewsOf } from '#live/update/frame-decoder.js';
import { type ArrayToSend, FrameEncoder } from '#live/update/frame-encoder.js';
import { FrameError } from '#live/update/frame-error.js';

const HEAD = { kind: 1, rank: 2, run: 3, step: -1, sequence: 4, time: 5.5, discarded: 6, queued: 7 };

/** Mostly as last time, now and then of another kind. */
const values = fc.oneof(
  { weight: 4, arbitrary: fc.integer() },
  { weight: 4, arbitrary: fc.double() },
  fc.constantFrom<unknown>(
    -0,
    NaN,
    2 ** 31,
    true,
    false,
    null,
    undefined,
    12n,
    'abc',
    'abd',
    'äb',
    'long '.repeat(20),
  ),
  fc.array(fc.oneof(fc.integer(), fc.double()), { minLength: 2, maxLength: 3 }),
  fc.constantFrom<unknown>([1, 'x'], [[1]], { a: 1 }, new Map([[1, 2]]), [1, , 2]),
);
const smalls = fc
  .array(fc.constantFrom('n', 'x', 'text', '__proto__', '7', 'ä'), { minLength: 1, maxLength: 4 })
  .chain((keys) =>
    fc
      .array(fc.array(values, { minLength: keys.length, maxLength: keys.length }), {
        minLength: 3,
        maxLength: 12,
      })
      .map((rows) =>
        rows.map((row) => {
          const small: Record<string, unknown> = {};
          for (const [index, key] of keys.entries())
            Object.defineProperty(small, key, {
              value: row[index],
              enumerable: true,
              writable: true,
              configurable: true,
            });
          return small;
        }),
      ),
  );
const arrays = fc.constantFrom<ArrayToSend[]>(
  [],
  [{ name: 'a', data: Float32Array.of(1, 2, 3), shape: [3] }],
  [{ name: 'a', data: Uint8Array.of(4, 5, 6), shape: [1, 3] }],
  [{ name: 'b', data: Float32Array.of(1, 2, 3), shape: [3] }],
);

/** The frame as it is read alone. */
const aloneOf = (bytes: Uint8Array<ArrayBuffer>): Frame | string => outcomeOf(() => decodeFrame(bytes));

function outcomeOf(read: () => Frame): Frame | string {
  try {
    return read();
  } catch (error) {
    assert.ok(error instanceof FrameError, String(error));
    return 'refused';
  }
}

test('what an encoder writes over its last frame is read as what was given, by a decoder that knows the last one', () => {
  fc.assert(
    fc.property(smalls, fc.array(arrays, { minLength: 12, maxLength: 12 }), (rows, sent) => {
      const encoder = new FrameEncoder(new BufferPool());
      const decoder = new FrameDecoder();
      for (const [index, small] of rows.entries()) {
        const buffer = encoder.encode({ ...HEAD, sequence: index }, small, sent[index]!);
        const frame = decoder.decode(buffer, 0);
        assert.deepEqual(frame.small, structuredClone(small));
        assert.deepEqual(Object.keys(frame.small), Object.keys(small));
        assert.deepEqual(frame.arrays, sent[index]);
        assert.equal(frame.sequence, index);
        assert.deepEqual(frame, aloneOf(buffer.bytes));
        buffer.release();
      }
    }),
    { numRuns: 400 },
  );
});

test('no update has a share in the values of another', () => {
  const encoder = new FrameEncoder(new BufferPool());
  const decoder = new FrameDecoder();
  const frames = [1, 2, 3].map((n) => decoder.decode(encoder.encode(HEAD, { list: [n, n + 0.5] }, []), 0));
  (frames[1]?.small['list'] as number[])[0] = 99;
  assert.deepEqual(
    frames.map(({ small }) => small['list']),
    [
      [1, 1.5],
      [99, 2.5],
      [3, 3.5],
    ],
  );
});

test('bytes that resemble the last frame are what they are alone: the same frame, or refused', () => {
  const small = { n: 1, x: 2.5, on: true, text: 'abc', list: [1, 2.5], none: null };
  const image = [{ name: 'image', data: Float32Array.of(1, 2, 3, 4), shape: [2, 2] }];
  const good = new FrameEncoder(new BufferPool()).encode(HEAD, small, image).bytes.slice();
  const decoder = new FrameDecoder();
  let [same, refused] = [0, 0];
  fc.assert(
    fc.property(
      fc.array(fc.tuple(fc.nat(good.byteLength - 1), fc.nat(255)), { minLength: 1, maxLength: 3 }),
      (changes) => {
        assert.deepEqual(decoder.decode(viewsOf(good), 0).small, small);
        const bad = good.slice();
        for (const [at, value] of changes) bad[at] = value;
        const alone = aloneOf(bad);
        assert.deepEqual(
          outcomeOf(() => decoder.decode(viewsOf(bad), 0)),
          alone,
        );
        if (alone === 'refused') refused += 1;
        else same += 1;
      },
    ),
    { numRuns: 2000 },
  );
  assert.ok(same > 100 && refused > 100, `${same} frames, ${refused} refused`);
});
