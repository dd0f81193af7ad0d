import assert from 'node:assert/strict';
import { test } from 'node:test';
import { colorTable } from '#live/view/page/image/color-maps.js';
import { levelOf, percentiles, steady, usableEnds, valueAt } from '#live/view/page/image/color-scale.js';
import { movedRegion, regionBetween, summaryOf } from '#live/view/page/image/region-shape.js';
import { fitted, panned, toCanvas, toImage, zoomed } from '#live/view/page/image/view-transform.js';
import { formatBytes, formatDuration, formatNumber } from '#live/view/page/model/format.js';
import { FrameRing } from '#live/view/page/model/frame-ring.js';
import type { Frame } from '#live/view/page/model/frame.js';
import { correlation } from '#live/view/page/plots/correlation.js';
import { sortedByX } from '#live/view/page/plots/plot-data.js';
import { nullTestVerdict } from '#live/view/page/plots/null-test.js';
import { encodeImage } from '#live/view/wire/image-data.js';

/** First, middle and last colour as they are published. */
const PUBLISHED = {
  viridis: ['440154', '21918c', 'fde725'],
  magma: ['000004', 'b73779', 'fcfdbf'],
  inferno: ['000004', 'bc3754', 'fcffa4'],
  gray: ['000000', '808080', 'ffffff'],
} as const;

test('The colour maps have the colours of their published tables', () => {
  for (const [name, colors] of Object.entries(PUBLISHED)) {
    const table = colorTable(name as keyof typeof PUBLISHED);
    colors.forEach((color, index) => {
      const wanted = Buffer.from(color, 'hex');
      const at = [0, 128, 255][index]! * 4;
      wanted.forEach((part, channel) => {
        const is = table[at + channel]!;
        assert.ok(Math.abs(is - part) <= 8, `${name} at ${index}: ${is} where ${part} is published`);
      });
    });
  }
  const [red, , blue] = colorTable('diverging').subarray(255 * 4);
  assert.ok(red! > blue! + 60);
});

test('Levels run from 0 to 255 between the ends of each scale, and the colour bar runs back', () => {
  for (const scale of ['linear', 'sqrt', 'log'] as const) {
    const ends = usableEnds([1, 1000], scale);
    assert.deepEqual(
      [
        levelOf(1, ends, scale),
        levelOf(1000, ends, scale),
        levelOf(-5, ends, scale),
        levelOf(1e9, ends, scale),
      ],
      [0, 255, 0, 255],
    );
    for (const height of [0.2, 0.5, 0.9])
      assert.equal(levelOf(valueAt(height, ends, scale), ends, scale), Math.floor(height * 255 + 0.5));
  }
  assert.equal(levelOf(Number.NaN, [0, 1], 'linear'), undefined);
  assert.deepEqual(usableEnds([-3, 100], 'log'), [0.01, 100]);
  assert.deepEqual(usableEnds([Number.NaN, Number.NaN], 'linear'), [0, 1]);
  const [from, to] = usableEnds([5, 5], 'linear');
  assert.ok(to > from);
});

test('Percentiles leave the few hot pixels out, and small changes leave the colours alone', () => {
  const values = Float32Array.from({ length: 10_000 }, (_, index) =>
    index % 1000 === 0 ? 1e6 : index / 100,
  );
  const [low, high] = percentiles(encodeImage(values, 'f32'), [0.01, 0.99]);
  assert.ok(Math.abs(low - 1) < 1 && Math.abs(high - 99) < 1, `${low} … ${high}`);
  assert.deepEqual(steady([0, 100], [1, 103]), [0, 100]);
  assert.deepEqual(steady([0, 100], [1, 150]), [1, 150]);
});

test('What is under the pointer stays there while zooming, and zooming out ends with the whole image', () => {
  const image = { width: 768, height: 704 };
  const canvas = { width: 400, height: 300 };
  const whole = fitted(image, canvas);
  const at = { x: 130, y: 70 };
  const before = toImage(whole, at);
  const near = zoomed(whole, at, 4, whole);
  const after = toImage(near, at);
  assert.ok(Math.hypot(after.x - before.x, after.y - before.y) < 1e-9);
  const back = toCanvas(near, after);
  assert.ok(Math.hypot(back.x - at.x, back.y - at.y) < 1e-9);
  assert.equal(zoomed(near, at, 0.01, whole), whole);
  const far = panned(near, { x: 1e6, y: 1e6 }, image, canvas);
  const middle = toImage(far, { x: 200, y: 150 });
  assert.ok(middle.x >= -1e-9 && middle.y >= -1e-9);
});

test('A drag makes a region of all pixels that it touched, inside of the image', () => {
  const size = { width: 20, height: 10 };
  assert.deepEqual(regionBetween({ x: 3.7, y: 8.2 }, { x: 1.1, y: 2.9 }, size), {
    rows: [2, 9],
    columns: [1, 4],
  });
  assert.deepEqual(regionBetween({ x: -5, y: -5 }, { x: 99, y: 99 }, size), {
    rows: [0, 10],
    columns: [0, 20],
  });
  assert.equal(regionBetween({ x: 30, y: 1 }, { x: 40, y: 2 }, size), undefined);
  const region = { rows: [2, 9], columns: [1, 4] } as const;
  assert.deepEqual(movedRegion(region, { x: -5, y: 5 }, size), { rows: [3, 10], columns: [0, 3] });
  const codes = encodeImage(
    Float32Array.from({ length: 200 }, (_, index) => (index === 41 ? Number.NaN : index)),
    'f32',
  );
  const { sum, max } = summaryOf(codes, { rows: [2, 3], columns: [1, 4] }, 20);
  assert.deepEqual([sum, max], [42 + 43, 43]);
});

test('A region that is larger than the image is what lies inside', () => {
  const codes = encodeImage(
    Float32Array.from({ length: 12 }, (_, index) => index),
    'f32',
  );
  assert.deepEqual(summaryOf(codes, { rows: [1, 9], columns: [2, 100] }, 4), {
    sum: 6 + 7 + 10 + 11,
    mean: 8.5,
    max: 11,
  });
  const outside = summaryOf(codes, { rows: [0, 3], columns: [4, 8] }, 4);
  assert.deepEqual([outside.sum, outside.mean, outside.max], [0, Number.NaN, Number.NaN]);
});

test('Points of a scatter plot are in the order of x, and those without one are left out', () => {
  const x = Float32Array.of(3, Number.NaN, 1, Infinity, 2, -Infinity);
  const y = Float32Array.of(30, 0, 10, 0, Number.NaN, 0);
  assert.deepEqual(sortedByX(x, y), [Float64Array.of(1, 2, 3), Float64Array.of(10, Number.NaN, 30)]);
  const many = Float64Array.from({ length: 200 }, (_, index) =>
    index % 3 === 0 ? Number.NaN : (index * 7) % 200,
  );
  const [sorted] = sortedByX(many, many);
  assert.deepEqual(sorted, many.filter((value) => !Number.isNaN(value)).sort());
});

test('Numbers are shown with the digits that matter', () => {
  const shown = [0, 1234567, 12345, 0.000123456, -3.14159, 12.5, Number.NaN, Infinity].map((value) =>
    formatNumber(value),
  );
  assert.deepEqual(shown, ['0', '1.235·10⁶', '12\u2009345', '1.235·10⁻⁴', '\u22123.142', '12.50', '–', '∞']);
  assert.deepEqual(
    [formatBytes(0), formatBytes(1_250_000), formatDuration(950), formatDuration(6400)],
    ['0 B', '1.3 MB', '950 ms', '6.4 s'],
  );
});

test('The ring of recent frames keeps so many bytes, and finds what was shown at a moment', () => {
  const ring = new FrameRing(100);
  const frame = (name: string, time: number): Frame => ({
    name,
    time,
    version: time,
    skipped: 0,
    panel: { kind: 'text', text: '' },
  });
  for (let time = 1; time <= 10; time += 1) {
    ring.add(frame('a', time), 20);
    if (time % 5 === 0) ring.add(frame('b', time), 10);
  }
  assert.ok(ring.bytes <= 100);
  assert.equal(ring.to, 10);
  assert.equal(ring.at('a', 9)?.time, 9);
  assert.equal(ring.at('a', -1)?.time, ring.from);
  assert.equal(ring.neighbour(9, -1), 8);
  assert.equal(ring.neighbour(10, 1), undefined);
});

test('The null test is good where χ²/ndf is 1 within three standard deviations', () => {
  assert.equal(nullTestVerdict({ chiSquare: 480, degreesOfFreedom: 470 }).isGood, true);
  assert.equal(nullTestVerdict({ chiSquare: 940, degreesOfFreedom: 470 }).isGood, false);
  assert.equal(nullTestVerdict({ chiSquare: 0, degreesOfFreedom: 0 }).text, '–');
});

test('The correlation of a line is 1, of its mirror image -1, and of a constant no number', () => {
  const x = Float64Array.from({ length: 50 }, (_, index) => index);
  assert.ok(
    Math.abs(
      correlation(
        x,
        x.map((value) => 3 * value + 1),
      ) - 1,
    ) < 1e-12,
  );
  assert.ok(
    Math.abs(
      correlation(
        x,
        x.map((value) => -value),
      ) + 1,
    ) < 1e-12,
  );
  assert.ok(Number.isNaN(correlation(x, new Float64Array(50))));
});
