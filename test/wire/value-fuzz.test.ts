/**
 * Hostile bytes, by the hundred thousand: random ones, and real messages with a few bytes changed, added, moved or
 * cut off. Whatever they are, decoding ends in a value or in an error that says `malformed value`.
 */
import assert from 'node:assert/strict';
import { test, type TestContext } from 'node:test';
import { Worker } from 'node:worker_threads';
import { ValueCodec } from '#wire/value-codec.js';

const RANDOM_RUNS = 40_000;
const MUTATED_RUNS = 80_000;
const RACING_RUNS = 10_000;
const REFUSAL = /^(?:malformed value: |cannot receive a Float16Array)/;

const shared = { shared: ['ł', 1n] };
const CORPUS: readonly unknown[] = [
  { a: 7, b: [1, 2.7], c: 'x' },
  [{ id: 1, name: 'one' }, { id: 2, name: 'two' }, { id: 3 }, {}],
  [1, -1, 1000, -100_000, 2 ** 40, -0, NaN, true, false, null, undefined],
  ['', 'short', 'ł', 'x'.repeat(100), '水'.repeat(50)],
  new Map<unknown, unknown>([
    [1, shared],
    ['two', new Set([shared, 'x'])],
  ]),
  [new Date(5), /ab+c/gi, 2n ** 100n, -5n, Object('boxed'), -(2n ** 64n)],
  [
    new Float64Array(3),
    new Uint8Array(100),
    Buffer.from('abc'),
    new DataView(new ArrayBuffer(4)),
    new ArrayBuffer(9),
  ],
  new TypeError('outer', { cause: new Error('inner', { cause: shared }) }),
  Object.assign([1, , 3], { note: 'named', length: 500 }),
  Object.fromEntries(Array.from({ length: 150 }, (_, index) => [`key${String(index)}`, index])),
  nested(100),
  JSON.parse('{"__proto__": {"toString": 1}, "constructor": []}'),
];

function nested(depth: number): unknown {
  let value: unknown = shared;
  for (let level = 0; level < depth; level++) {
    value = [
      { value },
      [value, shared],
      new Map([[1, value]]),
      new Set([value]),
      new Error('e', { cause: value }),
    ][level % 5];
  }
  return value;
}

/** A stream of whole numbers from 0 to 2³² - 1 (xorshift), the same for the same seed. */
function randomNumbers(seed: number): () => number {
  let state = seed >>> 0 || 1;
  return () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>>= 0);
  };
}

function chooseSeed(context: TestContext): number {
  const seed = Number(process.env['PARLEY_SEED'] ?? Math.floor(Math.random() * 2 ** 31));
  context.diagnostic(`PARLEY_SEED=${String(seed)}`);
  return seed;
}

/** Decodes, and encodes again what came out; throws for any error but a refusal. */
function feed(codec: ValueCodec, bytes: Uint8Array, encodeAgain: boolean): boolean {
  let value: unknown;
  try {
    value = codec.decode(bytes);
  } catch (error) {
    assert.match((error as Error).message, REFUSAL, `for ${Buffer.from(bytes).toString('hex')}`);
    return false;
  }
  if (encodeAgain) codec.decode(codec.bytes, 0, codec.encode(value));
  return true;
}

function mutated(message: Uint8Array, random: () => number): Uint8Array {
  let bytes = Buffer.from(message);
  for (let changes = 1 + (random() % 4); changes > 0; changes--) {
    const at = random() % (bytes.length + 1);
    const other = random() % (bytes.length + 1);
    // Half of the bytes are tags of the second half, where the structure is.
    const byte = random() % 2 ? random() & 0xff : 0xc0 + (random() % 0x1c);
    switch (random() % 6) {
      case 0:
        if (at < bytes.length) bytes[at] = byte;
        break;
      case 1:
        if (at < bytes.length) bytes[at] = (bytes[at] ?? 0) ^ (1 << (random() % 8));
        break;
      case 2:
        bytes = Buffer.concat([bytes.subarray(0, at), Buffer.of(byte), bytes.subarray(at)]);
        break;
      case 3:
        bytes = Buffer.concat([bytes.subarray(0, at), bytes.subarray(at + 1 + (random() % 4))]);
        break;
      case 4:
        bytes = bytes.subarray(0, at);
        break;
      default:
        bytes = Buffer.concat([bytes.subarray(0, at), bytes.subarray(other, other + 20), bytes.subarray(at)]);
    }
  }
  return bytes;
}

test('Random bytes are a value or an error', { timeout: 120_000 }, (context) => {
  const random = randomNumbers(chooseSeed(context));
  const codec = new ValueCodec();
  for (let run = 0; run < RANDOM_RUNS; run++) {
    const bytes = new Uint8Array(1 + (random() % 60));
    for (let at = 0; at < bytes.length; at++) {
      const kind = random();
      bytes[at] =
        kind % 3 === 0 ? kind >>> 8 : kind % 3 === 1 ? 0xc0 + ((kind >>> 8) % 0x1c) : (kind >>> 8) % 4;
    }
    bytes[0] = random() % 2;
    feed(codec, bytes, run % 8 === 0);
  }
});

test('Changed messages are a value or an error', { timeout: 120_000 }, (context) => {
  const random = randomNumbers(chooseSeed(context));
  const codec = new ValueCodec();
  const messages = CORPUS.map((value) => {
    codec.encode(value);
    return codec.take();
  });
  let values = 0;
  for (let run = 0; run < MUTATED_RUNS; run++) {
    const message = messages[random() % messages.length] ?? new Uint8Array(1);
    if (feed(codec, mutated(message, random), run % 8 === 0)) values++;
  }
  // Both ways out have been taken many times.
  assert.ok(values > MUTATED_RUNS / 100 && values < MUTATED_RUNS * 0.9, `${String(values)} values`);
  for (const message of messages) assert.ok(feed(codec, message, true));
});

test('Every message cut short anywhere is an error', () => {
  const codec = new ValueCodec();
  for (const value of CORPUS) {
    codec.encode(value);
    const message = codec.take();
    for (let length = 0; length < message.length; length++) {
      assert.throws(() => codec.decode(message, 0, length), { message: REFUSAL });
    }
  }
});

test(
  'Bytes that change while they are read are a value or an error',
  { timeout: 120_000 },
  async (context) => {
    const seed = chooseSeed(context);
    const codec = new ValueCodec();
    codec.encode(CORPUS.slice(0, 9));
    const message = codec.take();
    const memory = new Uint8Array(new SharedArrayBuffer(message.length));
    memory.set(message);
    // Changes a byte, and puts it back, without end.
    const vandal = new Worker(
      `const { memory, message, seed } = require('node:worker_threads').workerData;
     let state = seed || 1;
     const random = () => { state ^= state << 13; state ^= state >>> 17; state ^= state << 5; return state >>>= 0; };
     for (;;) {
       const at = random() % memory.length;
       memory[at] = random();
       for (let pause = random() % 300; pause > 0; pause--) memory[at] ^= 1;
       memory[at] = message[at];
     }`,
      { eval: true, workerData: { memory, message, seed } },
    );
    try {
      await new Promise((resolve) => vandal.once('online', resolve));
      for (let run = 0; run < RACING_RUNS; run++) feed(codec, memory, false);
    } finally {
      await vandal.terminate();
    }
    memory.set(message);
    assert.ok(feed(codec, memory, true));
  },
);
