/** One update as one message: what it carries arrives, and nothing that arrives can do harm. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import type { TypedArray } from 'parley';
import { fromJson, toJson } from '../../examples/psana/mpidata/small-data.ts';
import {
  decodeUpdate,
  encodeUpdate,
  KINDS,
  MalformedUpdateError,
  nameProblem,
  type Update,
} from '../../examples/psana/mpidata/update-format.ts';

const UPDATE: Update = {
  kind: 'update',
  rank: 3,
  run: 54,
  step: 2,
  sequence: 7,
  time: 1_700_000_000_123.5,
  small: { events: 2, name: 'Grüße', list: [1, [NaN, null]], nested: { ok: true } },
  arrays: [
    { name: 'img', data: Float64Array.of(1.5, -0, NaN, Infinity, 2, 3), shape: [2, 3] },
    { name: 'flags', data: Uint8Array.of(1, 2, 3), shape: [3] },
    { name: 'big', data: BigInt64Array.of(-(2n ** 63n), 5n), shape: [2, 1] },
    { name: 'empty', data: new Float32Array(0), shape: [0, 4] },
  ],
};

function encode(update: Update): Uint8Array<ArrayBuffer> {
  const encoded = encodeUpdate(update);
  const message = new Uint8Array(encoded.bytes);
  encoded.write(message);
  return message;
}

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

describe('an update in one message', () => {
  it('arrives with every part of it', () => {
    assert.deepEqual(decodeUpdate(encode(UPDATE), 3), UPDATE);
  });

  it('carries arrays of every class, of the same class on arrival', () => {
    const arrays = CLASSES.map((type, index) => {
      const data: TypedArray = new type(5);
      return { name: `a${index}`, data, shape: [5] };
    });
    const decoded = decodeUpdate(encode({ ...UPDATE, arrays }), 3);
    assert.deepEqual(decoded.arrays.map(({ data }) => data.constructor), CLASSES); // prettier-ignore
  });

  it('reads arrays as views of the message, each at a multiple of 8', () => {
    const message = encode(UPDATE);
    for (const { data } of decodeUpdate(message, 3).arrays) {
      assert.equal(data.buffer, message.buffer);
      assert.equal(data.byteOffset % 8, 0);
    }
  });

  it('carries a part of a larger array', () => {
    const data = Float64Array.of(0, 1, 2, 3, 4).subarray(1, 4);
    const decoded = decodeUpdate(encode({ ...UPDATE, arrays: [{ name: 'part', data, shape: [3] }] }), 3);
    assert.deepEqual(decoded.arrays[0]?.data, Float64Array.of(1, 2, 3));
  });

  it('has the run, the step, the sequence and the kind in every message', () => {
    for (const kind of Object.keys(KINDS) as (keyof typeof KINDS)[]) {
      const decoded = decodeUpdate(encode({ ...UPDATE, kind, small: {}, arrays: [] }), 3);
      assert.deepEqual([decoded.kind, decoded.run, decoded.step, decoded.sequence], [kind, 54, 2, 7]);
    }
  });
});

describe('a message that is no update', () => {
  const assertMalformed = (message: Uint8Array<ArrayBuffer>, reason: RegExp): void => {
    assert.throws(
      () => decodeUpdate(message, 3),
      (error: unknown) => {
        assert.ok(error instanceof MalformedUpdateError);
        assert.equal(error.rank, 3);
        assert.match(error.message, /^Rank 3 sent a message that is not an update: /);
        assert.match(error.message, reason);
        return true;
      },
    );
  };
  /** The update with some header instead of its own. */
  const withHeader = (header: unknown): Uint8Array<ArrayBuffer> => {
    const text = new TextEncoder().encode(typeof header === 'string' ? header : JSON.stringify(header));
    const message = new Uint8Array(Math.ceil((48 + text.length) / 8) * 8 + 64);
    message.set(encode({ ...UPDATE, arrays: [] }).subarray(0, 48));
    message.set(text, 48);
    const view = new DataView(message.buffer);
    view.setUint32(32, text.length, true);
    view.setUint32(36, 1, true);
    view.setFloat64(40, message.length, true);
    return message;
  };
  const array = { name: 'img', dtype: 'uint8', shape: [64], offset: 0 };

  it('is refused with a reason that names its sender', () => {
    const message = encode(UPDATE);
    const changed = (change: (view: DataView) => void): Uint8Array<ArrayBuffer> => {
      const copy = message.slice();
      change(new DataView(copy.buffer));
      return copy;
    };
    assertMalformed(new Uint8Array(0), /fewer than a prelude/);
    assertMalformed(message.slice(0, 47), /fewer than a prelude/);
    assertMalformed(message.slice(0, message.length - 8), /length is not the one/);
    assertMalformed(changed((view) => view.setUint32(0, 1)), /does not start as one/); // prettier-ignore
    assertMalformed(changed((view) => view.setUint16(4, 2, true)), /version 2, not 1/); // prettier-ignore
    assertMalformed(changed((view) => view.setUint16(6, 99, true)), /kind is 99/); // prettier-ignore
    assertMalformed(changed((view) => view.setUint32(8, 4, true)), /comes from rank 4/); // prettier-ignore
    assertMalformed(changed((view) => view.setFloat64(24, NaN, true)), /time is not a number/); // prettier-ignore
    assertMalformed(changed((view) => view.setUint32(32, 1e9, true)), /header is longer/); // prettier-ignore
    assertMalformed(changed((view) => view.setUint32(36, 1e6, true)), /1000000 arrays/); // prettier-ignore
    assertMalformed(changed((view) => view.setUint32(36, 3, true)), /another number of arrays/); // prettier-ignore
  });

  it('is refused where its header describes what is not there', () => {
    const entry = (change: object): unknown => ({ small: {}, arrays: [{ ...array, ...change }] });
    assert.equal(
      decodeUpdate(withHeader(entry({})), 3).arrays[0]?.data.length,
      64,
      'the message to change is good',
    );
    assertMalformed(withHeader('{"small":'), /header cannot be read/);
    assertMalformed(withHeader([]), /header is not one/);
    assertMalformed(withHeader({ small: 1, arrays: [] }), /header is not one/);
    assertMalformed(withHeader({ small: {}, arrays: [null] }), /not described/);
    assertMalformed(withHeader(entry({ name: '__proto__' })), /no proper name/);
    assertMalformed(withHeader(entry({ dtype: 'toString' })), /no known type/);
    assertMalformed(withHeader(entry({ shape: [-1] })), /shape/);
    assertMalformed(withHeader(entry({ shape: [2 ** 40, 2 ** 40] })), /shape/);
    assertMalformed(withHeader(entry({ shape: [65] })), /does not lie inside/);
    assertMalformed(withHeader(entry({ offset: -8 })), /does not lie inside/);
    assertMalformed(withHeader(entry({ offset: 4, shape: [8] })), /does not lie inside/);
    assertMalformed(withHeader(entry({ offset: 8, shape: [8] })), /not where it should be/);
    assertMalformed(withHeader(entry({ shape: [8] })), /bytes where its header tells/);
    assertMalformed(withHeader('{"small":{"__proto__":{"a":1}},"arrays":[]}'), /__proto__/);
    assertMalformed(withHeader({ small: { x: { $: 'evil()' } }, arrays: [] }), /spelled unknown/);
  });

  it('never does anything but be refused, whatever its bytes are', () => {
    const good = encode(UPDATE);
    const harmless = (message: Uint8Array<ArrayBuffer>): void => {
      try {
        decodeUpdate(message, 3);
      } catch (error) {
        assert.ok(error instanceof MalformedUpdateError, String(error));
      }
    };
    const flips = fc.array(fc.tuple(fc.nat(good.length - 1), fc.nat(255)), { minLength: 1, maxLength: 8 });
    fc.assert(
      fc.property(flips, (changes) => {
        const message = good.slice();
        for (const [at, value] of changes) message[at] = value;
        harmless(message);
      }),
      { numRuns: 2000 },
    );
    fc.assert(fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => { harmless(new Uint8Array(bytes)); })); // prettier-ignore
    assert.equal(({} as Record<string, unknown>)['a'], undefined, 'no prototype was changed');
  });
});

describe('small data', () => {
  const roundTrip = (value: unknown): unknown =>
    fromJson(JSON.parse(JSON.stringify(toJson(value, 'md.small'))));

  it('keeps plain data of any depth, with NaN, infinities, −0 and big integers', () => {
    const value = {
      a: [1, NaN, Infinity, -Infinity, -0, 2n ** 70n],
      b: { c: 'x', d: null, e: [[], {}] },
      f: true,
    };
    assert.deepEqual(roundTrip(value), value);
  });

  it('keeps any JSON value', () => {
    const noDollar = (value: unknown): boolean => !JSON.stringify(value).includes('"$"');
    fc.assert(
      fc.property(fc.jsonValue().filter(noDollar), (value) => {
        assert.deepEqual(roundTrip({ value }), { value });
      }),
    );
  });

  it('is refused at the sender where it would arrive as something else, with the way to it', () => {
    const cycle: Record<string, unknown> = {};
    cycle['self'] = cycle;
    const refused: [unknown, RegExp][] = [
      [{ m: new Map() }, /Cannot send md\.small\.m: an object of class Map is not plain data/],
      [{ list: [0, { when: new Date() }] }, /md\.small\.list\[1\]\.when: an object of class Date/],
      [{ f: () => 1 }, /md\.small\.f: a function is not data/],
      [{ img: new Float64Array(2) }, /md\.small\.img: arrays of numbers travel by md\.addArray/],
      [{ $: 1 }, /"\$" cannot be the name/],
      [JSON.parse('{"__proto__": 1}'), /"__proto__" cannot be the name/],
      [cycle, /nested deeper than 32 levels, or holds itself/],
    ];
    for (const [value, message] of refused) assert.throws(() => toJson(value, 'md.small'), message);
  });
});

describe('names of arrays', () => {
  it('are letters, digits and a few signs, and none of md’s own', () => {
    for (const name of ['img', 'roi_2', 'a', 'spectrum.on', '_x']) assert.equal(nameProblem(name), undefined);
    for (const name of ['small', 'send', 'recv', 'run', 'constructor', '__proto__']) {
      assert.equal(nameProblem(name), 'md has a member of that name');
    }
    for (const name of ['', '1st', 'a b', 'x'.repeat(65), 'ä'])
      assert.match(nameProblem(name) ?? '', /a name is/);
  });
});
