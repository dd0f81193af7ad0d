/** Values of every kind that structured cloning knows, for tests that send them through whatever there is. */

class Point {
  readonly x: number = 1;
  get twice(): number {
    return this.x * 2;
  }
}

function cyclic(): object {
  const node: Record<string, unknown> = { name: 'node', list: [] };
  node['self'] = node;
  (node['list'] as unknown[]).push(node, new Map([[node, new Set([node])]]));
  return node;
}

function shared(): object {
  const part = { deep: [1, 2, 3] };
  return { first: part, second: part, buffers: sharedBuffers() };
}

function sharedBuffers(): object {
  const buffer = new ArrayBuffer(16);
  return { bytes: new Uint8Array(buffer), doubles: new Float64Array(buffer, 8, 1), buffer };
}

function sparse(): unknown[] {
  const list: unknown[] = [1, , undefined, 4];
  list[1000] = 'far';
  return list;
}

function nested(depth: number): unknown {
  let value: unknown = 'bottom';
  for (let level = 0; level < depth; level++) value = level % 2 === 0 ? [value] : { value };
  return value;
}

/** Each makes a fresh one. */
export const VALUES: Readonly<Record<string, () => unknown>> = {
  undefined: () => undefined,
  null: () => null,
  booleans: () => [true, false],
  'small numbers': () => [0, 1, -1, 127, 128, -128, -129, 255, 256, 65_535, 65_536],
  'large numbers': () => [2 ** 31, -(2 ** 31), 2 ** 32, 2 ** 53 - 1, -(2 ** 53), 1e308, 5e-324],
  'special numbers': () => [-0, NaN, Infinity, -Infinity, 0.1, -2.17],
  bigints: () => [0n, 1n, -1n, 2n ** 63n, -(2n ** 63n), 2n ** 64n, 10n ** 400n, -(10n ** 400n)],
  strings: () => ['', 'ascii', 'Ünï', '日本語', '🎉👩‍👩‍👧', '\u0000\u007f\u0080\u00ff\u0100', 'a'.repeat(70_000)],
  'halves of characters': () => ['\ud800', '\udc00x', 'x\ud83c'],
  'a long text': () => 'é日x🎉'.repeat(50_000),
  dates: () => [new Date(0), new Date(-1), new Date(1e15)],
  'regular expressions': () => [/a[b]+c/giu, /^$/, /(?<name>x)/dsy],
  'maps and sets': () => [
    new Map<unknown, unknown>([
      [{}, 1],
      [NaN, new Map()],
    ]),
    new Set([1, '1', null, [2]]),
  ],
  'an object with members of all names': () => ({ a: 1, '': 2, 'with blank': 3, 7: 4, ünï: undefined }),
  'an object with a member __proto__': () =>
    JSON.parse('{"__proto__": {"polluted": true}, "b": 1}') as unknown,
  'an object without a prototype': () => Object.assign(Object.create(null) as object, { a: 1 }),
  'an array with holes': sparse,
  'an array with names': () => Object.assign([1, 2], { name: 'list', '-1': 0 }),
  'wrapped primitives': () => [Object('text'), Object(5), Object(true), Object(5n)] as unknown[],
  errors: () => [
    new Error('plain', { cause: { code: 5 } }),
    new TypeError('type'),
    new RangeError('range'),
    Object.assign(new SyntaxError('syntax'), { name: 'SyntaxError' }),
  ],
  'an instance of a class': () => new Point(),
  getters: () => ({
    get computed() {
      return [1, 2];
    },
  }),
  cycles: cyclic,
  'parts that occur twice': shared,
  'many objects of one shape': () =>
    Array.from({ length: 5000 }, (_, id) => ({ id, name: `n${id}`, on: id % 3 === 0 })),
  'objects of many shapes': () =>
    Array.from({ length: 300 }, (_, id) => ({ [`key${id}`]: id, [`other${id % 7}`]: null })),
  'a wide object': () => Object.fromEntries(Array.from({ length: 20_000 }, (_, k) => [`k${k}`, k])),
  'deep nesting': () => nested(400),
  'typed arrays inside': () => ({
    list: [new Int8Array([-1]), new Uint8ClampedArray([1, 300]), new Int16Array(3), new Uint16Array(0)],
    more: [new Int32Array(3), new Uint32Array(3), Float32Array.of(0.5), Float64Array.of(-0, NaN)],
    big: [BigInt64Array.of(-1n), BigUint64Array.of(2n ** 64n - 1n)],
    part: new Uint8Array(new ArrayBuffer(100), 10, 5).fill(3),
    view: new DataView(new ArrayBuffer(9), 2, 5),
    raw: new ArrayBuffer(3),
  }),
};

/** What cannot travel, with a word that the refusal must contain. */
export const REFUSED: Readonly<Record<string, readonly [make: () => unknown, text: RegExp]>> = {
  'a function': [
    () => ({ deep: [1, { call: () => 1 }] }),
    /function.*deep.*1.*call|deep.*1.*call.*function/s,
  ],
  'a symbol': [() => [Symbol('mark')], /symbol "mark"/],
  'a promise': [() => ({ later: Promise.resolve(1) }), /Promise/],
  'a weak map': [() => new WeakMap(), /WeakMap/],
  'a class': [() => Point, /Point/],
};
