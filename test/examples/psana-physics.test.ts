/** The simulated detector and its calibration, held against what went into the frames. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { backgroundMap } from '../../examples/psana/detector/background.ts';
import { commonMode, createPanelCalibration } from '../../examples/psana/detector/calibration.ts';
import {
  ADU_PER_PHOTON,
  ASICS,
  columnAt,
  COLUMNS,
  panelMaps,
  PIXELS,
  READ_NOISE_ADU,
  ROWS,
} from '../../examples/psana/detector/cspad-panel.ts';
import { FrameGenerator, type SimulatedFrame } from '../../examples/psana/detector/frame-generator.ts';
import { findPeaks } from '../../examples/psana/detector/peak-finder.ts';

const MAPS = panelMaps('xpptut15', 54, 0);
const PANEL = { rows: ROWS, columns: COLUMNS, asics: ASICS, maps: MAPS, readNoise: READ_NOISE_ADU };
const GENERATOR = new FrameGenerator('xpptut15', 54, 0, MAPS);
const CALIBRATE = createPanelCalibration(PANEL);
const CRITERIA = { threshold: 150, signalToNoise: 6 };

/** Calls `visit` with the frames of the first events that have one. */
function eachFrame(events: number, visit: (frame: SimulatedFrame, event: number) => void): void {
  for (let event = 0; event < events; event++) {
    const frame = GENERATOR.generate(event);
    if (frame !== undefined) visit(frame, event);
  }
}

/** The pixels that measure and have good neighbours all around, two deep. */
function innerPixels(): number[] {
  const pixels: number[] = [];
  for (let row = 2; row < ROWS - 2; row++) {
    for (let column = 2; column < COLUMNS - 2; column++) {
      const pixel = row * COLUMNS + column;
      if (sumAround(MAPS.mask, pixel, 2) === 25) pixels.push(pixel);
    }
  }
  return pixels;
}

/** Sum over a pixel and its neighbours, up to so many steps away. */
function sumAround(values: ArrayLike<number>, pixel: number, steps: number): number {
  let sum = 0;
  for (let down = -steps; down <= steps; down++) {
    for (let across = -steps; across <= steps; across++) sum += values[pixel + down * COLUMNS + across] ?? 0;
  }
  return sum;
}

describe('the simulated detector', () => {
  it('makes the same frame for the same experiment, run, event and seed, in any order', () => {
    const frame = (experiment: string, run: number, seed: number, event: number): Uint16Array | undefined =>
      new FrameGenerator(experiment, run, seed, panelMaps(experiment, run, seed)).generate(event)?.raw;
    const fresh = frame('xpptut15', 54, 0, 4);
    GENERATOR.generate(9);
    assert.deepEqual(GENERATOR.generate(4)?.raw, fresh);
    for (const other of [
      frame('xpptut15', 55, 0, 4),
      frame('xpptut15', 54, 1, 4),
      frame('cxitut13', 54, 0, 4),
    ]) {
      assert.notDeepEqual(other, fresh);
    }
  });

  it('lets photons arrive by Poisson statistics: variance = mean in every pixel', () => {
    const background = backgroundMap();
    let chiSquare = 0;
    let terms = 0;
    eachFrame(25, ({ truth }) => {
      if (truth.spots.length > 0) return;
      truth.photons.forEach((photons, pixel) => {
        const mean = truth.pulseEnergy * (background[pixel] ?? 0);
        chiSquare += (photons - mean) ** 2 / mean;
        terms++;
      });
    });
    assert.ok(terms > 5 * PIXELS);
    assert.ok(
      Math.abs(chiSquare / terms - 1) < 0.01,
      `chi-square for each degree of freedom is ${chiSquare / terms}`,
    );
  });

  it('has pulses of changing energy, dropped shots, and crystals in some', () => {
    const energies: number[] = [];
    let hits = 0;
    eachFrame(120, ({ truth }) => {
      energies.push(truth.pulseEnergy);
      if (truth.spots.length > 0) hits++;
    });
    const mean = energies.reduce((sum, energy) => sum + energy, 0) / energies.length;
    assert.ok(energies.length < 120 && energies.length > 100, `${energies.length} of 120 shots have a frame`);
    assert.ok(Math.abs(mean - 1) < 0.12, `the mean pulse energy is ${mean}`);
    assert.ok(
      hits > 0.25 * energies.length && hits < 0.55 * energies.length,
      `${hits} hits of ${energies.length}`,
    );
  });
});

describe('calibration', () => {
  it('finds the common mode of each ASIC and event', () => {
    let spread = 0;
    eachFrame(20, ({ raw, truth }) => {
      for (const [index, asic] of ASICS.entries()) {
        const injected = truth.commonMode[index] ?? NaN;
        const found = commonMode(raw, asic, PANEL);
        spread = Math.max(spread, Math.abs(injected));
        // Charge from next door makes dark pixels a little brighter: 0.6 ADU on average.
        assert.ok(
          Math.abs(found - injected - 0.6) < 1,
          `${asic.name}: ${found} ADU found, ${injected} injected`,
        );
      }
    });
    assert.ok(spread > 10, `the largest common mode was ${spread} ADU: nothing was tried`);
  });

  it('removes what an ASIC adds to all its pixels, and nothing else', () => {
    const raw = Float64Array.from(GENERATOR.generate(2)?.raw ?? []);
    const before = Float64Array.from(CALIBRATE(raw));
    const shifted = raw.map((value, pixel) =>
      MAPS.mask[pixel] === 1 && pixel % COLUMNS < 194 ? value + 37 : value,
    );
    assert.deepEqual(CALIBRATE(shifted), before);
  });

  it('recovers the injected photons within the read noise', () => {
    const inner = innerPixels();
    const dark: number[] = [];
    const single: number[] = [];
    eachFrame(24, ({ raw, truth }) => {
      const image = CALIBRATE(raw);
      for (const pixel of inner) {
        // Charge crosses one edge, so the sum over 3 × 3 needs 5 × 5 without other photons.
        const photons = sumAround(truth.photons, pixel, 2);
        if (photons === 0) dark.push(image[pixel] ?? NaN);
        if (photons === 1 && truth.photons[pixel] === 1) single.push(sumAround(image, pixel, 1));
      }
    });
    const mean = (values: number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;
    const darkMean = mean(dark);
    const noise = Math.sqrt(mean(dark.map((value) => (value - darkMean) ** 2)));
    assert.ok(
      dark.length > 2000 && single.length > 500,
      `${dark.length} dark pixels, ${single.length} photons`,
    );
    assert.ok(Math.abs(darkMean) < 1, `dark pixels have ${darkMean} ADU`);
    assert.ok(Math.abs(noise / READ_NOISE_ADU - 1) < 0.1, `dark pixels scatter by ${noise} ADU`);
    const photon = mean(single) - 9 * darkMean;
    assert.ok(Math.abs(photon / ADU_PER_PHOTON - 1) < 0.03, `a single photon has ${photon} ADU`);
  });

  it('gives 0 where a pixel does not measure', () => {
    const image = CALIBRATE(GENERATOR.generate(2)?.raw ?? []);
    assert.ok(MAPS.stuckAt.size > 40);
    for (const pixel of MAPS.stuckAt.keys()) assert.equal(image[pixel], 0);
  });

  it('gives multiples of 1/1024 ADU, so that sums do not depend on their order', () => {
    const frames: Float64Array[] = [];
    eachFrame(6, ({ raw }) => frames.push(Float64Array.from(CALIBRATE(raw))));
    const add = (order: readonly Float64Array[]): Float64Array =>
      order.reduce(
        (sum, frame) => sum.map((value, pixel) => value + (frame[pixel] ?? 0)),
        new Float64Array(PIXELS),
      );
    assert.deepEqual(add(frames.toReversed()), add(frames));
    assert.ok(frames.every((frame) => frame.every((value) => Number.isInteger(value * 1024))));
  });
});

describe('the peak finder', () => {
  it('finds the peaks where they were put, and no others', () => {
    let wanted = 0;
    let found = 0;
    let extra = 0;
    eachFrame(40, ({ raw, truth }) => {
      const spots = truth.spots.map(({ down, across, photons }) => ({
        row: down,
        column: columnAt(across),
        photons,
      }));
      const near =
        (spot: { row: number; column: number }, reach: number) => (other: { row: number; column: number }) =>
          Math.abs(spot.row - other.row) <= reach && Math.abs(spot.column - other.column) <= reach;
      const peaks = findPeaks(CALIBRATE(raw), ROWS, COLUMNS, CRITERIA);
      for (const spot of spots) {
        const isInside = spot.row > 6 && spot.row < ROWS - 6 && spot.column > 6 && spot.column < COLUMNS - 6;
        const isAlone = spots.filter(near(spot, 8)).length === 1;
        const isWhole = [...MAPS.stuckAt.keys()].every(
          (pixel) => !near(spot, 5)({ row: Math.floor(pixel / COLUMNS), column: pixel % COLUMNS }),
        );
        if (spot.photons < 60 || !isInside || !isAlone || !isWhole) continue;
        wanted++;
        if (peaks.some(near(spot, 1.6))) found++;
      }
      extra += peaks.filter((peak) => !spots.some(near(peak, 2.5))).length;
    });
    assert.ok(wanted > 60, `only ${wanted} spots to look for`);
    assert.ok(found >= 0.95 * wanted, `${found} of ${wanted} peaks were found`);
    assert.ok(extra <= 3, `${extra} peaks are where none was put`);
  });

  it('finds nothing in noise', () => {
    eachFrame(20, ({ raw, truth }, event) => {
      if (truth.spots.length > 0) return;
      const peaks = findPeaks(CALIBRATE(raw), ROWS, COLUMNS, CRITERIA);
      assert.deepEqual(peaks, [], `event ${event} has no crystal`);
    });
  });

  it('takes the first of equal pixels, and leaves the rim alone', () => {
    const image = new Float64Array(20 * 20).fill(1);
    for (const pixel of [10 * 20 + 10, 10 * 20 + 11, 1 * 20 + 5, 18 * 20 + 18]) image[pixel] = 500;
    assert.deepEqual(
      findPeaks(image, 20, 20, CRITERIA).map(({ row, column }) => [row, column]),
      [[10, 10]],
    );
  });
});
