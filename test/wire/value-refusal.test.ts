import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { ValueCodec } from '#wire/value-codec.js';

const codec = new ValueCodec();

function named(): void {
  // Nothing: only its name counts.
}

async function* generated(): AsyncGenerator<number> {
  yield await Promise.resolve(1);
}

const deep: { next?: unknown } = {};
let deepest = deep;
for (let level = 0; level < 5000; level++) {
  const next: { next?: unknown } = {};
  deepest.next = next;
  deepest = next;
}
deepest.next = named;

/** The types of Node know WebAssembly only together with those of browsers. */
function webAssemblyMemory(): unknown {
  const { WebAssembly } = globalThis as unknown as {
    WebAssembly: { Memory: new (size: { initial: number }) => unknown };
  };
  return new WebAssembly.Memory({ initial: 1 });
}

const WHEN_NOT_READ_TWICE = {
  count: 0,
  get once(): unknown {
    if (this.count++ > 0) throw new Error('read twice');
    return named;
  },
};

const transferred = {
  bytes: new Uint8Array(8),
  floats: new Float64Array(2),
  view: new DataView(new ArrayBuffer(8)),
};
structuredClone(transferred, {
  transfer: [transferred.bytes.buffer, transferred.floats.buffer, transferred.view.buffer],
});

/** What cannot travel: the value, and what the error says. */
const REFUSED: readonly (readonly [title: string, value: unknown, message: RegExp])[] = [
  ['a function', named, /^the function "named" cannot travel to another process: send the data/],
  ['a function without a name', [() => 1], /^a function at \[0\] cannot travel/],
  [
    'a function in an object',
    { options: { callback: named } },
    /^the function "named" at \.options\.callback /,
  ],
  [
    'a class',
    {
      list: [
        1,
        class Frame {
          readonly size = 1;
        },
      ],
    },
    /^the function "Frame" at \.list\[1\] /,
  ],
  ['a function as a Map’s content', { byName: new Map([['k"', named]]) }, / at \.byName\.get\("k\\""\) /],
  ['a function as a Map’s key', { byName: new Map([[named, 1]]) }, / at \.byName \(a key of the Map\) /],
  ['a function in a Set', new Set([[named]]), / at \(in the Set\)\[0\] /],
  ['a function at an odd key', { 'odd key': { 1: named } }, / at \["odd key"\]\["1"\] /],
  ['a function as a cause', new Error('e', { cause: { named } }), / at \.cause\.named /],
  ['a function as a property of an array', Object.assign([1], { named }), / at \.named /],
  ['a function far down', deep, / at ….*\.next\.next cannot travel/],
  [
    'a function that a getter gives once',
    WHEN_NOT_READ_TWICE,
    /^the function "named" inside the value cannot/,
  ],
  ['a symbol', { key: Symbol('local') }, /^the symbol "local" at \.key .*: send its description/],
  ['a symbol object', [Object(Symbol('s'))], /^a Symbol object at \[0\] /],
  ['a Promise', { result: Promise.resolve(1) }, /^a Promise at \.result .*: await it first/],
  ['a generator', [generated()], /^an AsyncGenerator at \[0\] .*: send an array of what it yields/],
  ['an iterator', new Map().keys(), /^a Map Iterator cannot travel .*: send an array/],
  ['a WeakMap', { cache: new WeakMap() }, /^a WeakMap at \.cache .*: send a Map/],
  ['a WeakSet', new WeakSet(), /^a WeakSet cannot/],
  ['a WeakRef', { to: new WeakRef({}) }, /^a WeakRef at \.to /],
  ['a URL', { link: new URL('https://example.org') }, /^a URL at \.link .*: send its href/],
  ['a Blob', new Blob(['x']), /^a Blob cannot travel .*arrayBuffer/],
  ['a number format', { format: new Intl.NumberFormat() }, /^an Intl\.NumberFormat at \.format /],
  ['an AbortSignal', { signal: new AbortController().signal }, /^an AbortSignal at \.signal /],
  ['WebAssembly memory', { memory: webAssemblyMemory() }, /^a WebAssembly\.Memory at \.memory /],
  [
    'bytes that were transferred',
    [transferred.bytes],
    /^a Uint8Array without its memory at \[0\] .*: send it before/,
  ],
  ['numbers that were transferred', [transferred.floats], /^a Float64Array without its memory at \[0\] /],
  ['a view of what was transferred', [transferred.view], /^a DataView without its memory at \[0\] /],
  ['memory that was transferred', [transferred.bytes.buffer], /^an ArrayBuffer without its memory at \[0\] /],
  ['a Map behind a proxy', [new Proxy(new Map(), {})], /^a Proxy of type Map at \[0\] .*: send a copy/],
];

describe('The error says what cannot travel, where it stands and what to do:', () => {
  for (const [title, value, message] of REFUSED) {
    test(title, () => {
      assert.throws(() => codec.encode(value), { name: 'DataCloneError', message });
      // And the codec is as good as before.
      const length = codec.encode({ a: [1] });
      assert.deepEqual(codec.decode(codec.bytes, 0, length), { a: [1] });
    });
  }
});

test('Whatever structuredClone refuses is refused', () => {
  for (const [title, value] of REFUSED) {
    // Node copies these without what makes them what they are.
    if (/URL|once/.test(title)) continue;
    if (/Blob|WebAssembly|AbortSignal|far down/.test(title)) continue;
    assert.throws(() => structuredClone(value), Error, title);
  }
});

test('Proxies of plain objects and arrays travel as what they show', () => {
  const length = codec.encode([new Proxy({ a: 1 }, {}), new Proxy([1, 2], {})]);
  assert.deepEqual(codec.decode(codec.bytes, 0, length), [{ a: 1 }, [1, 2]]);
});

test('A proxy that lists other keys each time it is asked does no harm', () => {
  let asked = 0;
  const fickle = new Proxy<Record<string, unknown>>(
    {},
    {
      ownKeys: () => ['always', `key ${String(asked++)}`],
      getOwnPropertyDescriptor: () => ({ value: 1, enumerable: true, configurable: true }),
      get: () => 1,
    },
  );
  for (let round = 0; round < 3; round++) {
    const length = codec.encode([fickle, { a: 1 }]);
    const [arrived, next] = codec.decode(codec.bytes, 0, length) as [Record<string, unknown>, unknown];
    assert.equal(arrived['always'], 1);
    assert.deepEqual(next, { a: 1 });
  }
});
