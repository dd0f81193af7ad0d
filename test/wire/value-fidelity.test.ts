import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { runInNewContext } from 'node:vm';
import { ValueCodec } from '#wire/value-codec.js';
import { difference } from './value-comparison.ts';

const codec = new ValueCodec();

/** Through the wire and back. */
function travelled<T>(value: T): T {
  const length = codec.encode(value);
  return codec.decode(codec.bytes, 0, length) as T;
}

function assertSame(actual: unknown, expected: unknown): void {
  assert.equal(difference(actual, expected), undefined);
}

class Point {
  readonly x = 1;
  readonly #secret = 3;
  get sum(): number {
    return this.x + this.#secret;
  }
}

function Legacy(this: { own: number }): void {
  this.own = 1;
}
(Legacy.prototype as Record<string, unknown>)['inherited'] = 2;

const holes: unknown[] = [1, undefined, , null, ,];
const deepArray: unknown[] = [];
for (let level = 0, at = deepArray; level < 500; level++) at.push((at = []));

/** Values that arrive exactly as structuredClone copies them. */
const AS_CLONED: Readonly<Record<string, unknown>> = {
  undefined,
  null: null,
  true: true,
  false: false,
  'integers around every width': [
    ...[0, 1, 127, 128, 255, 256, 32767, 32768, 65535, 65536, 2 ** 31 - 1, 2 ** 31, 2 ** 32, 2 ** 53],
    ...[-1, -15, -16, -17, -128, -32768, -32769, -(2 ** 31), -(2 ** 31) - 1, -(2 ** 53)],
  ],
  'special numbers': [-0, NaN, Infinity, -Infinity, 0.1, 5e-324, 1.7976931348623157e308],
  'bigints of any size': [
    ...[0n, 1n, -1n, 2n ** 63n - 1n, 2n ** 63n, -(2n ** 63n), -(2n ** 63n) - 1n],
    ...[2n ** 64n, 15n << 300n, -(7n ** 1000n), 3n ** 10_000n],
  ],
  'strings of every length around the borders': Array.from({ length: 70 }, (_, length) => 'x'.repeat(length)),
  'Latin-1 strings': ['é', 'ÿ'.repeat(30), 'ÿ'.repeat(31), 'ÿ'.repeat(32), '\0\u0080\u00ff'.repeat(1000)],
  'strings beyond Latin-1': ['Ā', 'ł', '水'.repeat(10), 'x'.repeat(40) + '😀', '😀'.repeat(5000)],
  'lone surrogates': ['\ud800', 'a\udc00b', '\udc00\ud800', 'x'.repeat(50) + '\ud83d'],
  'a rope of strings': 'left '.repeat(9) + String(Math.PI),
  dates: [new Date(0), new Date(-1), new Date(8.64e15), new Date(NaN), new Date(2024, 1, 29)],
  'regular expressions': [/a/, /(?<year>\d{4})/dgimsuy, /[\]/]/, new RegExp(''), new RegExp('[ł--x]', 'v')],
  'a regular expression in use': Object.assign(/a/g, { lastIndex: 3 }),
  maps: new Map<unknown, unknown>([
    [NaN, 1],
    [0, -0],
    ['k', new Map([[{ a: 1 }, new Set([1, 'x'])]])],
  ]),
  sets: new Set<unknown>([undefined, null, 'x', new Set([new Set()]), NaN]),
  'boxed primitives': [Object(1), Object(-0), Object('xł'), Object(true), Object(false), Object(2n ** 70n)],
  'a plain object': { a: 7, b: [1, 2.7], c: 'x' },
  'an empty object and an empty array': [{}, []],
  'keys in order': { z: 1, 10: 2, a: 3, 2: 4, '': 5, '-1': 6, '01': 7, é: 8, ł: 9, '\ud800': 10 },
  'undefined as content': { a: undefined, b: [undefined] },
  'keys that every object has': { constructor: 1, toString: 2, hasOwnProperty: 3, valueOf: 4 },
  'the key __proto__ as data': JSON.parse('{"__proto__": {"polluted": true}, "a": 1}') as unknown,
  'the key __proto__ as data, in a wide object': Object.defineProperty(
    Object.fromEntries(Array.from({ length: 300 }, (_, index) => [`k${String(index)}`, index])),
    '__proto__',
    { value: [1], enumerable: true },
  ),
  'an object without a prototype': Object.assign(Object.create(null) as object, { a: 1 }),
  'symbols as keys, which are left out': { [Symbol('hidden')]: 1, shown: 2 },
  'properties that are not enumerable, which are left out': Object.defineProperty({ a: 1 }, 'b', {
    value: 2,
  }),
  'a class instance': [new Point(), { inner: new Point() }],
  'an instance with enumerable properties on its prototype': Reflect.construct(Legacy, []) as unknown,
  'an object with an enumerable prototype': Object.assign(Object.create({ inherited: 1 }) as object, {
    own: 2,
  }),
  'getters, which are read': {
    get now(): number {
      return 5;
    },
    after: 6,
  },
  'a frozen object': Object.freeze({ a: Object.freeze([1]) }),
  'subclasses of built-ins': [
    new (class extends Map<number, number> {})([[1, 2]]),
    new (class extends Array<number> {})(1, 2, 3),
    new (class extends Date {})(5),
    new (class extends Set<number> {})([1]),
  ],
  'an instance with a tag of its own': new (class {
    a = 1;
    get [Symbol.toStringTag](): string {
      return `Special ${String(this.a)}`;
    }
  })(),
  'Object.create of a built-in prototype': [Map, Date].map(
    ({ prototype }) => Object.create(prototype) as unknown,
  ),
  'arrays of every length around the borders': Array.from({ length: 20 }, (_, length) =>
    new Array<number>(length).fill(1),
  ),
  'a long array': Array.from({ length: 5000 }, (_, index) => (index % 3 ? index : `s${String(index)}`)),
  'an array with holes': holes,
  'a long array with a hole': Object.assign(Array.from({ length: 2000 }).fill(1), { length: 2003 }),
  'nothing but holes': [Array(3), Array(200), Array(5000)],
  'a sparse array': Object.assign([], { 5: 'a', 100_000: 'b', length: 4_000_000_000 }),
  'an array of the largest length': Object.assign([], { length: 2 ** 32 - 1 }),
  'an array with properties': Object.assign([1, 2], { name: 'x', '01': 1, '-1': 2, '4294967295': 3 }),
  'an array with holes and as many properties': Object.assign([1, , 3], { name: 'x' }),
  'an empty array with properties': Object.assign([], { name: 'x' }),
  'a long array with properties': Object.assign(Array.from({ length: 500 }).fill(0), { note: 'x' }),
  'a long sparse array with properties': Object.assign(Array(1000), { 7: 7, note: 'x' }),
  'the key __proto__ on an array': Object.defineProperty([1], '__proto__', { value: [2], enumerable: true }),
  'a match': /(?<first>b)(c)/d.exec('abcd'),
  'nested arrays': [[[[[]]]], [[1], [[2]]]],
  'records of one shape': Array.from({ length: 300 }, (_, id) => ({
    id,
    name: `n${String(id)}`,
    at: { x: id },
  })),
  'a wide object': Object.fromEntries(
    Array.from({ length: 1000 }, (_, index) => [`key ${String(index)}`, index]),
  ),
  'objects that begin alike': [{ a: 1 }, { a: 1, b: 2 }, { a: 1, c: 2 }, { b: 1, a: 2 }, { a: 1, b: 2 }, {}],
  'long keys': { ['k'.repeat(500)]: 1, ['ł'.repeat(40)]: 2 },
  'containers 500 levels deep': deepArray,
  'typed arrays': [
    ...[Int8Array, Uint8Array, Uint8ClampedArray, Int16Array, Uint16Array, Int32Array, Uint32Array].flatMap(
      (Class) => [new Class(), Class.of(1, 200, 3), new Class(100).fill(7)],
    ),
    ...[Float32Array.of(1.5, NaN), Float64Array.of(-0, 1e300), new Float64Array(1000).fill(2.5)],
    ...[BigInt64Array.of(-1n), BigUint64Array.of(2n ** 64n - 1n), new BigInt64Array(50)],
  ],
  'array buffers and views': [
    new ArrayBuffer(0),
    new Uint8Array([1, 2]).buffer,
    new DataView(new ArrayBuffer(9)),
  ],
  'typed arrays off their alignment': ['x', new Float64Array([1, 2]), 'yy', new Int32Array(20).fill(9), null],
};

describe('A value arrives as structuredClone copies it:', () => {
  for (const [name, value] of Object.entries(AS_CLONED)) {
    test(name, () => {
      const expected = structuredClone(value);
      assertSame(travelled(value), expected);
      // Once more, now that its shapes are known, and inside another value.
      assertSame(travelled({ inside: [value] }), { inside: [expected] });
    });
  }
});

const cause = { because: ['of', 'this'] };
const ERRORS: Readonly<Record<string, Error>> = {
  Error: new Error('plain'),
  'no message': new Error(),
  EvalError: new EvalError('e'),
  RangeError: new RangeError('r'),
  ReferenceError: new ReferenceError('r'),
  SyntaxError: new SyntaxError('ł'),
  TypeError: new TypeError('t', { cause }),
  URIError: new URIError('u', { cause: new Error('inner', { cause: undefined }) }),
  'other properties, which are lost': Object.assign(new Error('m'), { code: 'ENOENT', errno: 2 }),
  'a subclass': new (class CustomError extends RangeError {
    override name = 'CustomError';
  })('custom'),
  'a name set to a standard one': Object.assign(new Error('m'), { name: 'TypeError' }),
  'a message that is no string': Object.assign(new Error(), { message: 5 }),
  'a stack that is no string': Object.assign(new Error('m'), { stack: 5 }),
};

describe('An error arrives as structuredClone copies it:', () => {
  for (const [name, error] of Object.entries(ERRORS)) {
    test(name, () => {
      const expected = structuredClone(error);
      const actual = travelled(error);
      assert.equal(Object.getPrototypeOf(actual), Object.getPrototypeOf(expected));
      assert.ok(actual instanceof Error);
      assert.deepEqual(
        Object.getOwnPropertyNames(actual).sort(),
        Object.getOwnPropertyNames(expected).sort(),
      );
      for (const key of ['message', 'stack', 'cause'] as const) {
        assertSame(actual[key], expected[key]);
        assert.equal(Object.getOwnPropertyDescriptor(actual, key)?.enumerable ?? false, false);
      }
    });
  }

  test('itself as its cause', () => {
    const error = new Error('circle');
    error.cause = [error];
    const actual = travelled(error);
    assert.equal((actual.cause as unknown[])[0], actual);
  });

  test('a DOMException, with its name', () => {
    const actual = travelled({ reason: AbortSignal.abort().reason as DOMException }).reason;
    assert.ok(actual instanceof DOMException);
    assert.equal(actual.name, 'AbortError');
    assert.equal(actual.message, 'This operation was aborted');
  });
});

describe('Identity is kept within one message:', () => {
  test('a cycle through every kind of container', () => {
    const map = new Map<unknown, unknown>();
    const root = { map, list: [1] as unknown[], set: new Set<unknown>() };
    root.list.push(root, root.list);
    map.set('root', root).set(map, root.list);
    root.set.add(root.set).add(map);
    assertSame(travelled(root), structuredClone(root));
  });

  test('shared objects of every kind', () => {
    const shared = [
      {},
      [],
      new Map(),
      new Set(),
      new Date(1),
      /x/,
      Object('s') as object,
      new ArrayBuffer(1),
      new Int8Array(3),
    ];
    const value = { one: shared, other: [...shared], again: shared };
    assertSame(travelled(value), structuredClone(value));
  });

  test('among many objects', () => {
    const many = Array.from({ length: 1000 }, (_, id): Record<string, unknown> => ({ id }));
    for (const [index, object] of many.entries()) object['next'] = many[(index * 7 + 1) % 1000];
    assertSame(travelled(many), structuredClone(many));
  });

  test('equal primitives and equal strings are no shared objects', () => {
    const value = ['long enough to be worth sharing', 'long enough to be worth sharing', 1n, 1n];
    assertSame(travelled(value), value);
  });
});

describe('Buffers inside a value', () => {
  test('arrive with memory of their own, as large as their window', () => {
    const memory = Uint8Array.from({ length: 4096 }, (_, index) => index).buffer;
    const views = [
      new Uint8Array(memory, 3, 100),
      new Float64Array(memory, 16, 3),
      new DataView(memory, 5, 70),
    ];
    const actual = travelled(views);
    for (const [index, view] of views.entries()) {
      assert.equal(actual[index]?.buffer.byteLength, view.byteLength);
      assert.deepEqual(
        new Uint8Array(actual[index].buffer),
        new Uint8Array(memory, view.byteOffset, view.byteLength),
      );
    }
  });

  test('arrive as Buffer where they are Node’s', () => {
    const actual = travelled({ small: Buffer.from('abc'), large: Buffer.alloc(5000, 1) });
    assert.ok(Buffer.isBuffer(actual.small));
    assert.equal(actual.small.toString(), 'abc');
    assert.ok(Buffer.isBuffer(actual.large));
    assert.equal(actual.large.length, 5000);
    assert.equal(actual.large.buffer.byteLength, 5000);
  });

  test('arrive as an ArrayBuffer where they are shared', () => {
    const memory = new SharedArrayBuffer(24);
    new Float64Array(memory).set([1, 2, 3]);
    const actual = travelled({ memory, view: new Float64Array(memory, 8) });
    assert.ok((actual.memory as unknown) instanceof ArrayBuffer);
    assert.deepEqual(new Float64Array(actual.memory), Float64Array.of(1, 2, 3));
    assert.deepEqual(actual.view, Float64Array.of(2, 3));
    assert.ok((actual.view.buffer as unknown) instanceof ArrayBuffer);
  });

  test('do not change when the message’s memory does', () => {
    const length = codec.encode({ small: Uint8Array.of(1, 2), large: new Uint8Array(1000).fill(3) });
    const bytes = codec.bytes.slice(0, length);
    const value = codec.decode(bytes) as { small: Uint8Array; large: Uint8Array };
    bytes.fill(0xff);
    assert.deepEqual(value, { small: Uint8Array.of(1, 2), large: new Uint8Array(1000).fill(3) });
  });
});

describe('Values from another realm', () => {
  test('arrive as those of this one', () => {
    const foreign: unknown = runInNewContext(
      '({ list: [1, { a: 2 }], map: new Map([[1, 2]]), date: new Date(5), bytes: new Uint8Array([1]), ' +
        'memory: new ArrayBuffer(2), error: new TypeError("t"), pattern: /x/g })',
    );
    const actual = travelled(foreign) as Record<string, unknown>;
    assert.deepEqual(actual['list'], [1, { a: 2 }]);
    assert.deepEqual(actual['map'], new Map([[1, 2]]));
    assert.deepEqual(actual['date'], new Date(5));
    assert.deepEqual(actual['bytes'], Uint8Array.of(1));
    assert.deepEqual(actual['memory'], new ArrayBuffer(2));
    assert.ok(actual['error'] instanceof TypeError);
    assert.deepEqual(actual['pattern'], /x/g);
  });
});

describe('Depth has no bound:', () => {
  for (const depth of [60, 63, 64, 65, 66, 127, 128, 129, 1000, 100_000]) {
    test(`containers ${String(depth)} levels deep`, () => {
      const shared = { shared: true };
      let value: unknown = { end: shared };
      for (let level = 0; level < depth; level++) {
        const kind = level % 5;
        if (kind === 0) value = { next: value, level };
        else if (kind === 1) value = [level, value, shared];
        else if (kind === 2)
          value = new Map<unknown, unknown>([
            ['next', value],
            ['level', level],
          ]);
        else if (kind === 3) value = new Set([value]);
        else value = new Error('e', { cause: value });
      }
      let at = travelled(value);
      let arrived: unknown;
      for (let level = depth - 1; level >= 0; level--) {
        if (at instanceof Map) at = at.get('next');
        else if (at instanceof Set) [at] = at;
        else if (at instanceof Error) at = at.cause;
        else if (Array.isArray(at)) [, at, arrived] = at as unknown[];
        else {
          assert.equal((at as { level: number }).level, level);
          at = (at as { next: unknown }).next;
        }
      }
      assert.deepEqual(at, { end: { shared: true } });
      if (arrived !== undefined) assert.equal(arrived, (at as { end: unknown }).end);
    });
  }

  test('sparse arrays, and objects of many keys, where the content is deferred', () => {
    const wide = Object.fromEntries(Array.from({ length: 300 }, (_, index) => [`k${String(index)}`, index]));
    let value: unknown = [
      wide,
      Object.assign([], { 9: 1, length: 1000 }),
      Array.from({ length: 40 }).fill(2),
    ];
    for (let level = 0; level < 62; level++) value = [value];
    const expected = structuredClone(value);
    assertSame(travelled(value), expected);
    assertSame(travelled([value]), [expected]);
    assertSame(travelled([[value]]), [[expected]]);
  });
});

describe('Getters', () => {
  test('that delete properties leave no trace of these', () => {
    const make = (): Record<string, unknown> => ({
      get first(): number {
        Reflect.deleteProperty(this, 'second');
        return 1;
      },
      second: 2,
      third: 3,
    });
    assertSame(travelled(make()), { first: 1, third: 3 });
    assertSame(travelled([make(), make()]), [
      { first: 1, third: 3 },
      { first: 1, third: 3 },
    ]);
  });

  test('that throw leave the codec as it was', () => {
    const value = {
      list: [{}],
      get wrong(): never {
        throw new Error('from the getter');
      },
    };
    assert.throws(() => codec.encode(value), /from the getter/);
    assertSame(travelled({ list: [{}, {}] }), { list: [{}, {}] });
  });

  test('that send values themselves are refused', () => {
    const value = {
      get nested(): number {
        return codec.encode(1);
      },
    };
    assert.throws(() => codec.encode(value), /by a getter/);
    assertSame(travelled([1]), [1]);
  });

  test('that add to a Map while it is read come too late', () => {
    const map = new Map<string, unknown>();
    map.set('a', {
      get more(): number {
        map.set(`b${String(map.size)}`, 1);
        return 1;
      },
    });
    assertSame(travelled(map), new Map([['a', { more: 1 }]]));
  });
});

test('Enumerable properties that somebody put on Object.prototype or Array.prototype stay where they are', () => {
  const prototypes = [Object.prototype, Array.prototype] as unknown as Record<string, unknown>[];
  for (const prototype of prototypes) prototype['polluted'] = 1;
  try {
    for (const value of [{ a: 1 }, [{ b: 2 }], [], [1], new Point(), Object.assign([], { polluted: 3 })]) {
      assertSame(travelled(value), structuredClone(value));
    }
  } finally {
    for (const prototype of prototypes) delete prototype['polluted'];
  }
});

test('Objects of ever new shapes do not confuse the caches, and those of old ones still travel', () => {
  for (let round = 0; round < 3000; round++) {
    const value = {
      [`k${String(round)}`]: 1,
      [`l${String(round * 7)}`]: { [`m${String(round % 13)}`]: round },
      a: 1,
    };
    assertSame(travelled(value), value);
  }
  assertSame(travelled({ a: 7, b: [1, 2.7], c: 'x' }), { a: 7, b: [1, 2.7], c: 'x' });
});

test('Two codecs need not have met before', () => {
  const value = { a: 7, b: [1, 2.7], c: 'x', d: { a: 1 } };
  for (let round = 0; round < 3; round++) codec.encode(value);
  const length = codec.encode(value);
  assertSame(new ValueCodec().decode(codec.bytes, 0, length), value);
});

test('The bytes may lie anywhere in a larger buffer', () => {
  const value = { a: 7, b: [1.5, 'long enough for a slice', 'ł'], c: new Float64Array([1, 2]) };
  const length = codec.encode(value);
  for (const offset of [0, 1, 3, 8, 4095]) {
    for (const memory of [
      new Uint8Array(8192),
      Buffer.alloc(8192),
      new Uint8Array(new SharedArrayBuffer(8192)),
    ]) {
      memory.fill(0xc0);
      memory.set(codec.bytes.subarray(0, length), offset);
      assertSame(codec.decode(memory, offset, offset + length), value);
    }
  }
});

test('Bytes that were taken stay as they are', () => {
  codec.encode({ first: 'message' });
  const taken = codec.take();
  codec.encode({ second: 'another message' });
  assertSame(codec.decode(taken), { first: 'message' });
});

test('A value of many megabytes travels, and its memory is given back after many small ones', () => {
  const value = { frame: new Float64Array(3_000_000).fill(1.25), text: 'ł'.repeat(1_000_000) };
  assertSame(travelled(value), value);
  const { length } = codec.bytes;
  for (let round = 0; round < 200; round++) travelled({ round });
  assert.ok(codec.bytes.length < length / 100);
});
