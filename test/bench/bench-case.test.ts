import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { decodeCase, encodeCase, parseRecords, type BenchCase } from '#bench/bench-case.js';

const anyCase: fc.Arbitrary<BenchCase> = fc.record(
  {
    kind: fc.constantFrom('latency', 'object', 'window', 'barrier', 'allreduce', 'idle'),
    bytes: fc.nat(),
    window: fc.nat(),
    iterations: fc.nat(),
    batches: fc.nat(),
    milliseconds: fc.nat(),
  },
  { noNullPrototype: true },
);

test('a case survives the way through a command line', () => {
  fc.assert(
    fc.property(anyCase, (benchCase) => {
      assert.deepEqual(decodeCase(encodeCase(benchCase)), benchCase);
    }),
  );
});

test('a text that is no case is refused, and the message says what is wanted', () => {
  for (const text of [
    '',
    'latency',
    'speed:1:2:3:4:5',
    'latency:1:2:3:4',
    'latency:1:2:3:4:5:6',
    'latency:x:2:3:4:5',
  ]) {
    assert.throws(
      () => decodeCase(text),
      /kind:bytes:window:iterations:batches:milliseconds is wanted/,
      text,
    );
  }
});

test('the records are found among whatever else a job prints', () => {
  const record = { kind: 'latency', bytes: 8, window: 0, ranks: 2, iterations: 10, seconds: [0.5, 0.25] };
  const output = `hello\n${JSON.stringify(record)}\n{"other":1}\n`;
  assert.deepEqual(parseRecords(output), [record]);
});

test('a record without times is refused', () => {
  const line = '{"kind":"latency","bytes":8,"window":0,"ranks":2,"iterations":10,"seconds":[]}';
  assert.throws(() => parseRecords(line), /not a case's record/);
});
