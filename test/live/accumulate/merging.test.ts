/** Every accumulator: partial sums of any split, merged in any order, are what one pass makes. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import {
  type Accumulator,
  ByStep,
  Histogram,
  Histogram2D,
  HitRate,
  IntegerSum,
  Latest,
  MeanVariance,
  OnOff,
  Recent,
  Ring,
  Sum,
} from 'parley/live';

interface Event {
  readonly at: number;
  readonly values: readonly number[];
}

interface Subject {
  readonly make: () => Accumulator<unknown>;
  readonly add: (accumulator: never, event: Event) => void;
}

const subject = <A extends Accumulator<unknown>>(
  make: () => A,
  add: (accumulator: A, event: Event) => void,
): Subject => ({
  make,
  add: add,
});

const axis = { bins: 7, from: -20, to: 50 };
const EXACT: Readonly<Record<string, Subject>> = {
  Sum: subject(
    () => new Sum(3),
    (sum, { values }) => sum.add(values),
  ),
  IntegerSum: subject(
    () => new IntegerSum(3),
    (sum, { values }) => sum.add(values),
  ),
  Histogram: subject(
    () => new Histogram(axis),
    (histogram, { values }) => histogram.add(values),
  ),
  Histogram2D: subject(
    () => new Histogram2D(axis, axis),
    (histogram, { values: [x = 0, y = 0] }) => histogram.fill(x, y),
  ),
  HitRate: subject(
    () => new HitRate(),
    (rate, { values }) => rate.add((values[0] ?? 0) > 0),
  ),
  Ring: subject(
    () => new Ring(5),
    (ring, { at, values }) => ring.add(at, values[0] ?? 0),
  ),
  Recent: subject(
    () => new Recent(4, 3),
    (recent, { at, values }) => recent.add(values, at),
  ),
  Latest: subject(
    () => new Latest<number>(),
    (latest, { at, values }) => latest.add(at % 3, values[0] ?? 0, at),
  ),
  ByStep: subject(
    () => new ByStep(() => new Sum(3)),
    (byStep, { at, values }) => byStep.at(at % 4).add(values),
  ),
};

const events = fc
  .array(fc.array(fc.integer({ min: -1000, max: 1000 }), { minLength: 3, maxLength: 3 }), { maxLength: 40 })
  .map((all) => all.map((values, at): Event => ({ at, values })));

/** Which client sees each event, when it pushes, and in what order the master merges. */
const course = fc.record({
  events,
  clients: fc.integer({ min: 1, max: 4 }),
  pick: fc.infiniteStream(fc.nat(1000)),
});

for (const [name, { make, add }] of Object.entries(EXACT)) {
  test(`${name}: merging partial sums in any order is one pass, bit for bit`, () => {
    fc.assert(
      fc.property(course, ({ events, clients, pick }) => {
        const next = (below: number): number => Number(pick.next().value) % below;
        const serial = make();
        const parts = Array.from({ length: clients }, make);
        const pushed: unknown[] = [];
        for (const event of events) {
          add(serial as never, event);
          const part = parts[next(clients)]!;
          add(part as never, event);
          if (next(3) > 0) continue;
          // As it comes out of an update.
          pushed.push(structuredClone(part.state()));
          part.reset();
        }
        for (const part of parts) pushed.push(part.state());
        const total = make();
        while (pushed.length > 0) total.merge(pushed.splice(next(pushed.length), 1)[0]);
        assert.deepEqual(sorted(total.state()), sorted(serial.state()));
      }),
      { numRuns: 150 },
    );
  });
}

/** Maps have an order of their making. */
function sorted(state: unknown): unknown {
  if (state instanceof Map) return [...(state as Map<number, unknown>)].sort(([a], [b]) => a - b);
  if (typeof state !== 'object' || state === null || ArrayBuffer.isView(state)) return state;
  return Object.fromEntries(Object.entries(state).map(([key, value]) => [key, sorted(value)]));
}

test('means and variances merge to what two passes over everything make, to rounding', () => {
  const values = fc.array(fc.double({ min: -1e3, max: 1e3, noNaN: true }), { minLength: 2, maxLength: 60 });
  fc.assert(
    fc.property(values, fc.integer({ min: 1, max: 5 }), (numbers, clients) => {
      const offset = 1e6;
      const parts = Array.from({ length: clients }, () => new MeanVariance());
      numbers.forEach((value, index) => parts[index % clients]!.add([offset + value]));
      const total = new MeanVariance();
      for (const part of parts.reverse()) total.merge(part);
      const mean = numbers.reduce((sum, value) => sum + value, 0) / numbers.length;
      const variance = numbers.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (numbers.length - 1);
      assert.equal(total.count, numbers.length);
      assert.ok(Math.abs(total.mean[0]! - offset - mean) < 1e-7);
      assert.ok(Math.abs(total.variance()[0]! - variance) <= 1e-8 * (1 + variance));
    }),
  );
});

test('sums do not lose counts where float32 does', () => {
  const sum = new Sum(1);
  sum.merge({ count: 1, values: Float64Array.of(2 ** 24) });
  sum.add(Float32Array.of(1));
  assert.equal(sum.values[0], 2 ** 24 + 1);
  assert.equal(Math.fround(2 ** 24 + 1), 2 ** 24);
  const integers = new IntegerSum(1);
  integers.add([2n ** 60n]);
  integers.add([1]);
  assert.equal(integers.values[0], 2n ** 60n + 1n);
});

test('a sum of integers takes an array as a whole or not at all, and never wraps', () => {
  const sum = new IntegerSum(3);
  sum.add([1n, 2n, 2n ** 63n - 2n]);
  const refusals: readonly (readonly [ArrayLike<number> | ArrayLike<bigint>, RegExp])[] = [
    [[5, 0.5, 1], /Cannot add 0.5 to element 1 of a sum of integers: a whole number is wanted/],
    [[5, NaN, 1], /Cannot add NaN to element 1 .*: a whole number is wanted.*\(MPI_ERR_ARG\)$/],
    [[5, 5, 2], /Cannot add 2 to element 2 .*: the sum 9223372036854775808 has no place in 64 bits/],
    [[-5n, 1n - 2n ** 63n - 4n, 0n], /to element 1 .* has no place in 64 bits \(MPI_ERR_ARG\)$/],
  ];
  for (const [array, why] of refusals) assert.throws(() => sum.add(array), why);
  assert.deepEqual(sum.state(), { count: 1, values: BigInt64Array.of(1n, 2n, 2n ** 63n - 2n) });
  sum.add([0, 0, 1]);
  sum.merge({ count: 2, values: BigInt64Array.of(1n, 1n, -(2n ** 63n)) });
  assert.deepEqual(sum.state(), { count: 4, values: BigInt64Array.of(2n, 3n, -1n) });
});

test('the sum of the recent ones is right from the first one on, and whatever becomes of the arrays', () => {
  const recent = new Recent(3, 1);
  const entry = Float64Array.of(10);
  const sums = [10, 10, 10, 10, 10].map(() => {
    recent.add(entry);
    entry[0]! += 0;
    return recent.sum()[0];
  });
  assert.deepEqual(sums, [10, 20, 30, 30, 30]);
  entry[0] = 1e9;
  assert.equal(recent.sum()[0], 30);
});

test('the difference of on and off does not grow with the number of shots, and carries its error', () => {
  const make = (shots: number): OnOff => {
    const onOff = new OnOff(1);
    for (let shot = 0; shot < shots; shot += 1) {
      onOff.add([5 + (shot % 2)], true);
      onOff.add([2 + (shot % 4 < 2 ? 0 : 1)], false);
    }
    return onOff;
  };
  const few = make(40);
  const many = make(4000);
  assert.equal(few.difference()[0], 3);
  assert.ok(Math.abs(many.difference()[0]! - 3) < 1e-9);
  assert.ok(many.error()[0]! < few.error()[0]! / 9);
  assert.ok(Math.abs(few.error()[0]! - Math.sqrt((2 * 0.25) / 39)) < 1e-12);
});

test('the null test is about 1 where nothing is wrong, and far from it where the shots differ by turns', () => {
  const elements = 2000;
  const noise = seededNormal(11);
  const good = new OnOff(elements);
  const bad = new OnOff(elements);
  for (let shot = 0; shot < 60; shot += 1) {
    const values = Float64Array.from({ length: elements }, noise);
    good.add(values, false);
    bad.add(
      values.map((value) => value + (shot % 2)),
      false,
    );
  }
  const { reduced, degreesOfFreedom } = good.nullTest();
  assert.equal(degreesOfFreedom, elements);
  assert.ok(Math.abs(reduced - 1) < 0.15, `${reduced}`);
  assert.ok(bad.nullTest().reduced > 10);
});

test('the null test expects what errors that are estimates let expect, and says nothing of a few shots', () => {
  const elements = 20_000;
  const noise = seededNormal(3);
  const onOff = new OnOff(elements);
  for (let shot = 0; shot < 24; shot += 1) {
    onOff.add(Float64Array.from({ length: elements }, noise), false);
    const { chiSquare, degreesOfFreedom, reduced } = onOff.nullTest();
    if (shot < 19) assert.deepEqual([chiSquare, degreesOfFreedom, reduced], [0, 0, NaN]);
    // Three of its standard deviations are 0.03; without the correction it would be 1.1.
    else assert.ok(degreesOfFreedom === elements && Math.abs(reduced - 1) < 0.05, `${reduced} at ${shot}`);
  }
});

function seededNormal(seed: number): () => number {
  let state = seed;
  const uniform = (): number => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return (state + 0.5) / 2 ** 32;
  };
  return () => Math.sqrt(-2 * Math.log(uniform())) * Math.cos(2 * Math.PI * uniform());
}

test('histograms count what falls on edges, outside and nowhere in its place', () => {
  const histogram = new Histogram({ bins: 4, from: 0, to: 4 });
  histogram.add([0, 0.999, 1, 3.999_999_999_999_999_6, 4, -1e-300, NaN, Infinity, -Infinity]);
  assert.deepEqual([...histogram.counts], [2, 1, 0, 1]);
  assert.deepEqual([histogram.below, histogram.above, histogram.invalid], [2, 2, 1]);
  assert.deepEqual([...histogram.edges()], [0, 1, 2, 3, 4]);
  assert.throws(
    () => histogram.merge(new Histogram({ bins: 4, from: 0, to: 5 })),
    /Cannot merge a histogram of 4 bins from 0 to 5/,
  );
});

test('an edge of a histogram is in the bin that begins there, and what is just below it is not', () => {
  const histogram = new Histogram({ bins: 100, from: 0, to: 1 });
  histogram.add([0.29, 0.57, 0.58]);
  assert.deepEqual(
    [28, 29, 56, 57, 58].map((bin) => histogram.counts[bin]),
    [0, 1, 0, 1, 1],
  );
  const axes = fc
    .record({
      bins: fc.integer({ min: 1, max: 300 }),
      from: fc.double({ min: -1e3, max: 1e3, noNaN: true }),
      width: fc.double({ min: 1e-3, max: 1e3, noNaN: true }),
    })
    .map(({ bins, from, width }) => ({ bins, from, to: from + width }));
  fc.assert(
    fc.property(axes, (axis) => {
      const edges = new Histogram(axis).edges();
      assert.equal(edges[axis.bins], axis.to);
      const onEdges = new Histogram(axis);
      onEdges.add(edges);
      assert.ok(onEdges.counts.every((count) => count === 1) && onEdges.below === 0 && onEdges.above === 1);
      const below = new Histogram(axis);
      below.add(edges.map(justBelow));
      assert.ok(below.counts.every((count) => count === 1) && below.below === 1 && below.above === 0);
      const both = new Histogram2D(axis, axis);
      for (const edge of edges.subarray(0, -1)) both.fill(edge, edge);
      assert.ok(edges.subarray(0, -1).every((_, bin) => both.counts[bin * axis.bins + bin] === 1));
    }),
  );
});

/** The next number towards −∞. */
function justBelow(value: number): number {
  const float = Float64Array.of(value);
  const bits = new BigInt64Array(float.buffer);
  if (value === 0) return -Number.MIN_VALUE;
  bits[0]! += value > 0 ? -1n : 1n;
  return float[0]!;
}
