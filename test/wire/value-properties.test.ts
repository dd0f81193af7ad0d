import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { ValueCodec } from '#wire/value-codec.js';
import { difference } from './value-comparison.ts';

const codec = new ValueCodec();
const seedVariable = process.env['PARLEY_SEED'];
const settings = { numRuns: 1500, ...(seedVariable === undefined ? {} : { seed: Number(seedVariable) }) };

function assertTravelsAsCloned(value: unknown): void {
  const length = codec.encode(value);
  assert.equal(difference(codec.decode(codec.bytes, 0, length), structuredClone(value)), undefined);
}

test('Whatever fast-check can think of arrives as structuredClone copies it', () => {
  const anything = fc.anything({
    withBigInt: true,
    withBoxedValues: true,
    withDate: true,
    withMap: true,
    withNullPrototype: true,
    withObjectString: true,
    withSet: true,
    withSparseArray: true,
    withTypedArray: true,
    stringUnit: 'binary',
  });
  fc.assert(fc.property(anything, assertTravelsAsCloned), settings);
});

/** Strings of any code units, so with lone surrogates, around the lengths where their form on the wire changes. */
const text = fc
  .oneof(
    fc.array(fc.integer({ min: 0, max: 0xffff }), { maxLength: 40 }),
    fc.array(fc.integer({ min: 0, max: 0xff }), { maxLength: 40 }),
    fc.array(fc.integer({ min: 0x20, max: 0x7e }), { maxLength: 300 }),
  )
  .map((units) => String.fromCharCode(...units));

test('Any string arrives unit by unit', () => {
  fc.assert(fc.property(text, assertTravelsAsCloned), settings);
});

test('Any number and any bigint arrives bit by bit', () => {
  const number = fc.oneof(fc.double(), fc.integer(), fc.maxSafeInteger(), fc.integer({ min: -40, max: 300 }));
  const bigint = fc.oneof(fc.bigInt(), fc.bigInt({ min: -(2n ** 70n), max: 2n ** 70n }));
  fc.assert(fc.property(fc.array(fc.oneof(number, bigint)), assertTravelsAsCloned), settings);
});

/** What an object of the graph below is made from; contents may be any object of the graph, itself included. */
interface NodeRecipe {
  readonly kind: (typeof KINDS)[number];
  readonly bytes: Uint8Array;
  readonly contents: readonly {
    key: string;
    index: number;
    object: number | undefined;
    primitive: unknown;
  }[];
}

const KINDS = [
  'object',
  'array',
  'sparse',
  'map',
  'set',
  'date',
  'regexp',
  'boxed',
  'view',
  'buffer',
] as const;
const CONTAINERS = ['object', 'array', 'sparse', 'map', 'set'] as const;

const primitive = fc.oneof(
  text,
  fc.double(),
  fc.integer(),
  fc.bigInt(),
  fc.constantFrom(undefined, null, true, false, -0),
);
const key = fc.oneof(
  text,
  fc.constantFrom('a', 'b', 'c', 'id', '0', '7', '__proto__', 'constructor', 'length', ''),
);
const recipe: fc.Arbitrary<NodeRecipe> = fc.record({
  kind: fc.oneof(fc.constantFrom(...CONTAINERS), fc.constantFrom(...KINDS)),
  bytes: fc.uint8Array({ minLength: 1, maxLength: 100 }),
  contents: fc.array(
    fc.record({
      key,
      index: fc.nat(400),
      object: fc.option(fc.nat(), { nil: undefined }),
      primitive,
    }),
    { maxLength: 12 },
  ),
});

test('Any graph of objects arrives with its shape: shared objects and cycles included', () => {
  const graph = fc.array(recipe, { minLength: 1, maxLength: 30 }).map(buildGraph);
  fc.assert(fc.property(graph, assertTravelsAsCloned), settings);
});

test('Any graph hung below many levels arrives with its shape', () => {
  const graph = fc.tuple(
    fc.array(recipe, { minLength: 1, maxLength: 30 }),
    fc.integer({ min: 50, max: 300 }),
  );
  const hung = graph.map(([recipes, depth]) => {
    const objects = buildGraph(recipes);
    let value: unknown = objects;
    for (let level = 0; level < depth; level++) value = level % 2 ? [value, objects[level]] : { value };
    return value;
  });
  fc.assert(fc.property(hung, assertTravelsAsCloned), { ...settings, numRuns: 300 });
});

function buildGraph(recipes: readonly NodeRecipe[]): object[] {
  const objects = recipes.map(emptyObject);
  for (const [at, { contents }] of recipes.entries()) {
    for (const { key, index, object, primitive } of contents) {
      addContent(
        objects[at],
        key,
        index,
        object === undefined ? primitive : objects[object % objects.length],
      );
    }
  }
  return objects;
}

function emptyObject({ kind, bytes }: NodeRecipe): object {
  const first = bytes[0] ?? 0;
  switch (kind) {
    case 'object':
      return {};
    case 'array':
    case 'sparse':
      return kind === 'array' ? [] : new Array<unknown>(first * 3);
    case 'map':
      return new Map();
    case 'set':
      return new Set();
    case 'date':
      return new Date(first * 1e10);
    case 'regexp':
      return new RegExp(`[\\u00${first.toString(16).padStart(2, '0')}]`, first % 2 ? 'gi' : 'su');
    case 'boxed':
      return Object([first, `${String(first)}ł`, first > 9, BigInt(first) << 70n][first % 4]) as object;
    case 'view':
      return view(bytes);
    case 'buffer':
      return bytes.slice().buffer;
  }
}

function view(bytes: Uint8Array): ArrayBufferView {
  const memory = Uint8Array.from({ length: 160 }, (_, index) => bytes[index % bytes.length] ?? 0).buffer;
  const at = [memory, 8 * (bytes.length % 9), bytes.length % 11] as const;
  switch ((bytes[0] ?? 0) % 6) {
    case 0:
      return new Float64Array(...at);
    case 1:
      return new Int32Array(...at);
    case 2:
      return new BigInt64Array(...at);
    case 3:
      return new Uint16Array(...at);
    case 4:
      return new DataView(...at);
    default:
      return new Uint8Array(...at);
  }
}

function addContent(object: object | undefined, key: string, index: number, content: unknown): void {
  if (object instanceof Map) object.set(content, key).set(key, content);
  else if (object instanceof Set) object.add(content);
  else if (Array.isArray(object) && index % 3 > 0) object[index % 7 > 0 ? object.length : index] = content;
  else if (Array.isArray(object) && key === 'length') object.push(content);
  else if (object !== undefined && !ArrayBuffer.isView(object) && !isLeaf(object)) {
    Object.defineProperty(object, key, {
      value: content,
      writable: true,
      enumerable: true,
      configurable: true,
    });
  }
}

function isLeaf(object: object): boolean {
  return !Array.isArray(object) && Object.getPrototypeOf(object) !== Object.prototype;
}
