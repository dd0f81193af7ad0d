/** What becomes of the frames: sums, pictures, and the way to them. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { PNG } from 'pngjs';
import { colourMap } from '../../examples/psana/results/colour-map.ts';
import { countPhotons, FrameSum, maximumOf } from '../../examples/psana/results/frame-sum.ts';
import { plotImage } from '../../examples/psana/results/image-plot.ts';
import { drawText, textColumns } from '../../examples/psana/results/pixel-font.ts';
import { Progress } from '../../examples/psana/results/progress.ts';
import { createValueScale } from '../../examples/psana/results/value-scale.ts';

describe('a sum of frames', () => {
  const peak = { row: 0, column: 1, intensity: 9 };

  it('is the same whether a client adds frames or the master adds what clients have added', () => {
    const frames = [Float64Array.of(1, -2, 3), Float64Array.of(4, 5, -6), Float64Array.of(0.5, 0, 0.25)];
    const whole = new FrameSum(3);
    const master = new FrameSum(3);
    for (const frame of frames) {
      const client = new FrameSum(3);
      for (const sum of [whole, client]) {
        sum.addFrame(frame, 3, [peak], true, 7);
        sum.addDropped();
      }
      master.addArrays(client.arrays);
      master.addCounts(client.counts);
    }
    assert.deepEqual(master, whole);
    assert.deepEqual(whole.counts, { events: 3, dropped: 3, hits: 3, peaks: 3, photons: 21 });
    assert.deepEqual(whole.arrays.max, Float64Array.of(4, 5, 3));
    assert.deepEqual(whole.arrays.peakCounts, Uint32Array.of(0, 3, 0));
    assert.deepEqual(whole.mean(), Float64Array.of(5.5 / 3, 1, -2.75 / 3));
  });

  it('loses no count where single precision would', () => {
    const sum = new FrameSum(1);
    sum.arrays.img[0] = 2 ** 24;
    sum.addFrame(Float64Array.of(1), 1, [], false, 0);
    assert.equal(sum.arrays.img[0], 2 ** 24 + 1);
  });

  it('has the maximum of pixels that are all below zero', () => {
    const sum = new FrameSum(2);
    sum.addFrame(Float64Array.of(-5, -7), 2, [], false, 0);
    assert.deepEqual(sum.arrays.max, Float64Array.of(-5, -7));
  });

  it('starts anew when it is cleared', () => {
    const sum = new FrameSum(2);
    sum.addFrame(Float64Array.of(5, 7), 2, [peak], true, 3);
    sum.clear();
    assert.deepEqual(sum, new FrameSum(2));
  });

  it('counts photons as whole ones', () => {
    assert.equal(countPhotons(Float64Array.of(-40, 11, 12, 23, 47, 230), 23), 0 + 0 + 1 + 1 + 2 + 10);
  });

  it('finds the highest pixel, the first of equals', () => {
    assert.deepEqual(maximumOf(Float64Array.of(-3, -1, -2, -1), 2), { value: -1, row: 0, column: 1 });
  });
});

describe('progress', () => {
  function shownBy(bar: boolean): string[] {
    const written: string[] = [];
    let now = 0;
    const progress = new Progress(400, { bar, now: () => now, write: (text) => written.push(text) });
    for (let done = 1; done <= 400; done++) {
      now += 10;
      progress.show(done, 0.38);
    }
    progress.end();
    return written;
  }

  it('is a line each second where nobody watches, and one at the end', () => {
    const lines = shownBy(false);
    assert.equal(lines.length, 5);
    assert.ok(lines.every((line) => line.endsWith('\n') && !line.includes('\r')));
    assert.equal(lines[4], `[${'█'.repeat(30)}] 100 %  400/400 events  100.0/s  hits 38 %\n`);
  });

  it('is a bar that is drawn over on a terminal', () => {
    const drawn = shownBy(true);
    assert.ok(drawn.length > 35 && drawn.length < 50, `it was drawn ${drawn.length} times`);
    assert.ok(drawn.slice(0, -1).every((text) => text.endsWith('\u001b[K\r')));
    assert.equal(drawn.at(-1), '\n');
  });
});

describe('the colours', () => {
  it('rise in lightness from first to last, in even steps', () => {
    const lightness = colourMap().map(([red, green, blue]) => {
      const linear = [red, green, blue].map((byte) =>
        byte <= 10 ? byte / 255 / 12.92 : ((byte / 255 + 0.055) / 1.055) ** 2.4,
      );
      const [r = 0, g = 0, b = 0] = linear;
      return 116 * Math.cbrt(0.2126 * r + 0.7152 * g + 0.0722 * b);
    });
    const steps = lightness.slice(1).map((value, index) => value - (lightness[index] ?? 0));
    // The first colours are so dark that a byte of a channel is a coarse step.
    for (const step of steps.slice(16))
      assert.ok(step > -0.4 && step < 1.2, `a step of lightness is ${step}`);
    assert.equal(lightness.length, 256);
    assert.ok((lightness[255] ?? 0) - (lightness[0] ?? 0) > 85);
  });
});

describe('the scale of values', () => {
  const values = Float64Array.from({ length: 10_000 }, (_, index) =>
    index === 77 ? 5000 : (index % 100) / 10,
  );

  it('covers the bulk of the values, and keeps their order', () => {
    const scale = createValueScale(values, { below: 0.002, above: 0.002 });
    assert.ok(scale.low >= 0 && scale.high < 20, `${scale.low} to ${scale.high}`);
    const places = [-5, 0, 1, 4, 9, 5000].map((value) => scale.place(value));
    assert.deepEqual(
      places,
      places.toSorted((a, b) => a - b),
    );
    assert.deepEqual([places[0], places.at(-1)], [0, 1]);
  });

  it('has round ticks with room between them', () => {
    for (const high of [0.003, 1, 47, 12_000]) {
      const scale = createValueScale(Float64Array.of(0, high / 3, high / 2, high), { below: 0, above: 0 });
      const ticks = scale.ticks();
      assert.ok(ticks.length >= 3, `${ticks.join(' ')} up to ${high}`);
      for (const [index, tick] of ticks.slice(1).entries()) {
        assert.ok(scale.place(tick) - scale.place(ticks[index] ?? NaN) > 0.08);
      }
    }
  });

  it('is sound where all values are the same', () => {
    const scale = createValueScale(new Float64Array(50).fill(3), { below: 0, above: 0 });
    assert.ok(Number.isFinite(scale.place(3)));
    assert.ok(scale.high > scale.low);
  });
});

describe('the picture of an image', () => {
  it('is a PNG with every pixel magnified, masked ones grey, and a bar beside it', () => {
    const data = Float64Array.of(0, 1, 2, 3, 4, 5);
    const mask = Uint8Array.of(1, 1, 1, 1, 0, 1);
    const scale = createValueScale(data, { below: 0, above: 0 });
    const png = PNG.sync.read(
      plotImage({ data, rows: 2, columns: 3, mask, scale, title: 'title', unit: 'ADU' }),
    );
    const zoom = 388;
    assert.ok(png.width > 3 * zoom && png.height > 2 * zoom);
    const colourAt = (x: number, y: number): number[] =>
      Array.from(png.data.subarray(4 * (y * png.width + x), 4 * (y * png.width + x) + 4));
    const pixels = Array.from(data, (_, pixel) =>
      colourAt(64 + (pixel % 3) * zoom + 200, 48 + Math.floor(pixel / 3) * zoom + 200),
    );
    assert.equal(new Set(pixels.map(String)).size, 6);
    assert.deepEqual(pixels[4], [84, 88, 96, 255]);
    assert.deepEqual(pixels[5], [...(colourMap()[255] ?? []), 255]);
  });

  it('has letters that can be told apart', () => {
    const drawn = new Map<string, string>();
    for (const letter of '0123456789abcdefghijklmnopqrstuvwxyzADU .,-+%():/_') {
      const dots: string[] = [];
      drawText(letter, (x, y) => dots.push(`${x},${y}`));
      const picture = dots.join(' ');
      assert.ok(![...drawn.values()].includes(picture), `"${letter}" looks like another letter`);
      drawn.set(letter, picture);
    }
    assert.equal(textColumns('abc'), 17);
  });
});
