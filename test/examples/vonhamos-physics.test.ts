/** The simulated spectrometer and its analysis, held against what went in and against physics that is written down here. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { createAnalysis } from '../../examples/vonhamos/client.ts';
import { Calibration, pedestalOf, projected } from '../../examples/vonhamos/results/calibration.ts';
import { significance, SpectrumSums } from '../../examples/vonhamos/results/spectrum-sums.ts';
import { hasBeam, isLaserOn } from '../../examples/vonhamos/spectrometer/beam.ts';
import {
  COLUMNS,
  columnsOf,
  READ_NOISE_ADU,
  REGION,
  type Region,
  ROWS,
  rowsOf,
  WHOLE_CAMERA,
} from '../../examples/vonhamos/spectrometer/camera.ts';
import { Generator } from '../../examples/vonhamos/spectrometer/generator.ts';
import { PixelNoise } from '../../examples/vonhamos/spectrometer/pixel-noise.ts';
import { fitCounts } from '../fixtures/vonhamos/weighted-fit.ts';

const REGION_ROWS = rowsOf(REGION);
const REGION_COLUMNS = columnsOf(REGION);

/** A pixel and its neighbours. */
const AROUND = [-1, 0, 1].flatMap((down) => [-1, 0, 1].map((across) => down * REGION_COLUMNS + across));

/** Energies in eV at the edges of the region's rows: sin θ = hc / 2dE and x = 2R cot θ, of Ge(620) and R = 500 mm. */
const EDGES = ((): Float64Array => {
  const lowest = (12_398.42 / 2 / 5.6579) * Math.sqrt(40);
  const position = (energy: number): number => 1000 / Math.tan(Math.asin(lowest / energy));
  return Float64Array.from({ length: REGION_ROWS + 1 }, (_, row) => {
    const x = position(7053) + (REGION.rows[0] + row - 245) * 0.05;
    return lowest / Math.sin(Math.atan(1000 / x));
  });
})();

/** The share of a Lorentzian line in each row. */
function lorentzian(energy: number, fwhm: number): Float64Array {
  const below = EDGES.map((edge) => Math.atan((edge - energy) / (fwhm / 2)) / Math.PI);
  return below.subarray(0, REGION_ROWS).map((value, row) => below[row + 1]! - value);
}

function analysed(generator: Generator, events: Iterable<number>): SpectrumSums {
  const sums = new SpectrumSums(REGION_ROWS, REGION_COLUMNS);
  const analyse = createAnalysis(generator, sums);
  for (const event of events) analyse(generator.frame(event));
  return sums;
}

function* range(from: number, to: number, step: number = 1): Iterable<number> {
  for (let number = from; number < to; number += step) yield number;
}

describe('the geometry', () => {
  const { geometry } = new Generator();

  it('is that of Ge(620) on a cylinder of 500 mm', () => {
    assert.ok(Math.abs(geometry.braggAngle(7058) - 79.08) < 0.03);
    const rowsForOne = geometry.rowAt(7058.5) - geometry.rowAt(7057.5);
    assert.ok(Math.abs(rowsForOne * 50 - 760) < 5, `${rowsForOne * 50} µm for each eV`);
    assert.ok(Math.abs(geometry.energyAt(704) - geometry.energyAt(0) - 46) < 1);
  });

  it('goes from energies to rows and back', () => {
    for (const row of [0, 10, 245.5, 703.9])
      assert.ok(Math.abs(geometry.rowAt(geometry.energyAt(row)) - row) < 1e-6);
  });
});

describe('the simulated spectrometer', () => {
  it('makes the same frame for the same seed, run and event, in any order', () => {
    const generator = new Generator({ seed: 3, run: 2 });
    const first = generator.frame(7);
    generator.frame(12);
    generator.darkFrame(0);
    assert.deepEqual(generator.frame(7), first);
    assert.deepEqual(new Generator({ seed: 3, run: 2 }).frame(7), first);
    for (const options of [
      { seed: 3, run: 3 },
      { seed: 4, run: 2 },
    ])
      assert.notDeepEqual(new Generator(options).frame(7).raw, first.raw);
  });

  it('has in any region what the whole camera has there', () => {
    const generator = new Generator();
    const whole = generator.frame(5, WHOLE_CAMERA);
    // The second is the stripe of another crystal, up to the edge of the camera; the third lies in two banks.
    const regions: Region[] = [
      REGION,
      { rows: [0, ROWS], columns: [610, 680] },
      { rows: [340, 365], columns: [90, 99] },
    ];
    for (const region of regions) {
      const part = generator.frame(5, region);
      const [top, left, width] = [region.rows[0], region.columns[0], columnsOf(region)];
      for (const name of ['raw', 'truth'] as const) {
        const cut = part[name].map(
          (_, index) => whole[name][(top + Math.floor(index / width)) * COLUMNS + left + (index % width)]!,
        );
        assert.deepEqual(cut, part[name]);
      }
    }
  });

  it('has read noise that is normal, and of its own in every pixel and shot', () => {
    const [one, other] = [new PixelNoise('a', 1), new PixelNoise('a', 2)];
    const count = 200_000;
    const moments = [0, 0, 0, 0];
    let [beside, between] = [0, 0];
    for (const pixel of range(0, count)) {
      const value = one.at(pixel);
      moments.forEach((sum, power) => (moments[power] = sum + value ** (power + 1) / count));
      beside += (value * one.at(pixel + 1)) / count;
      between += (value * other.at(pixel)) / count;
    }
    [0, 1, 0, 3].forEach((wanted, power) => {
      const sigma = Math.sqrt([1, 2, 15, 96][power]! / count);
      assert.ok(Math.abs(moments[power]! - wanted) < 4 * sigma, `moment ${power + 1} is ${moments[power]}`);
    });
    for (const correlation of [beside, between]) assert.ok(Math.abs(correlation) < 4 / Math.sqrt(count));
  });

  it('has shots with and without laser, some that do not reach the sample, and pulses that differ', () => {
    const generator = new Generator();
    const shots = Array.from(range(0, 2000), (event) => generator.shot(event));
    const lit = shots.filter(hasBeam);
    const share = (part: number, whole: number): number => part / whole;
    assert.ok(Math.abs(share(lit.length, shots.length) - 0.96) < 0.02);
    assert.ok(Math.abs(share(lit.filter(isLaserOn).length, lit.length) - 0.5) < 0.05);
    const mean = lit.reduce((sum, { pulseEnergy }) => sum + pulseEnergy, 0) / lit.length;
    const variance = lit.reduce((sum, { pulseEnergy }) => sum + (pulseEnergy - mean) ** 2, 0) / lit.length;
    assert.ok(Math.abs(mean - 1) < 0.03, `mean pulse energy ${mean}`);
    // Twelve modes.
    assert.ok(Math.abs(variance * 12 - 1) < 0.15, `variance of the pulse energy ${variance}`);
    assert.ok(shots.every((shot) => hasBeam(shot) || shot.pulseEnergy === 0));
    assert.equal(shots[120]!.seconds, 1);
  });

  it('lets photons arrive by Poisson statistics: variance = mean, in each shot and in each row', () => {
    const generator = new Generator({ pump: false });
    const edges = Array.from({ length: REGION_ROWS + 1 }, (_, row) =>
      generator.geometry.energyAt(REGION.rows[0] + row),
    );
    const shares = edges.slice(1).map((edge, row) => generator.spectrum.share(edges[row]!, edge));
    const scattered = 0.0005 * REGION_COLUMNS;
    const inShots = { chiSquare: 0, terms: 0 };
    const inRows = { chiSquare: 0, terms: 0 };
    for (const event of range(0, 300)) {
      const { pulseEnergy } = generator.shot(event);
      if (pulseEnergy === 0) continue;
      const rows = projected(Float64Array.from(generator.photons(event)), REGION_COLUMNS);
      const total = rows.reduce((sum, value) => sum + value, 0);
      const expected = pulseEnergy * (1000 + scattered * REGION_ROWS);
      inShots.chiSquare += (total - expected) ** 2 / expected;
      inShots.terms += 1;
      shares.forEach((share, row) => {
        const mean = pulseEnergy * (1000 * share + scattered);
        inRows.chiSquare += (rows[row]! - mean) ** 2 / mean;
        inRows.terms += 1;
      });
    }
    for (const { chiSquare, terms } of [inShots, inRows]) {
      const sigma = Math.sqrt(2 / terms);
      // A small mean widens χ² a little: 1/mean on top of 2.
      assert.ok(Math.abs(chiSquare / terms - 1) < 4.5 * sigma, `χ²/ndf is ${chiSquare / terms} ± ${sigma}`);
    }
  });
});

describe('calibration', () => {
  const generator = new Generator();
  const frames = Array.from(range(0, 40), (index) => generator.darkFrame(index));
  const pedestal = pedestalOf(frames, REGION_ROWS * REGION_COLUMNS);
  const calibration = new Calibration(REGION, { pedestal, gain: generator.maps.gain });

  it('finds the common mode of each bank and event', () => {
    // Dark frames have common modes as well, whose mean is in the pedestal.
    const bias = [0, 8].map((bank) =>
      frames.reduce((sum, _, index) => sum + generator.commonMode(-1 - index)[bank]! / frames.length, 0),
    );
    let spread = 0;
    for (const event of range(0, 30)) {
      const injected = generator.commonMode(event);
      const found = calibration.commonModes(generator.frame(event).raw);
      [0, 8].forEach((bank, index) => {
        spread = Math.max(spread, Math.abs(injected[bank]!));
        const error = found[index]! - injected[bank]! + bias[index]!;
        assert.ok(Math.abs(error) < 0.15 * READ_NOISE_ADU, `bank ${bank}: off by ${error} ADU`);
      });
    }
    assert.ok(spread > 8, `the largest common mode was ${spread} ADU: nothing was tried`);
  });

  it('recovers the photons: all of them where it keeps everything, most of them above the threshold', () => {
    let injected = 0;
    let all = 0;
    let above = 0;
    let dark = 0;
    for (const event of range(0, 40)) {
      const { raw, truth, shot } = generator.frame(event);
      const sum = (values: ArrayLike<number>): number =>
        Array.from(values).reduce((one, other) => one + other, 0);
      if (hasBeam(shot)) above += sum(calibration.apply(raw));
      else dark = Math.max(dark, sum(calibration.apply(raw)));
      injected += sum(truth);
      // Charge crosses one edge at most.
      const near = truth.map((_, pixel) => sum(AROUND.map((step) => truth[pixel + step] ?? 0)));
      all += sum(calibration.apply(raw, -Infinity).filter((_, pixel) => near[pixel]! > 0));
    }
    assert.ok(Math.abs(all / injected - 1) < 0.015, `${all} photons of ${injected}`);
    // What a photon leaves next door is lost where it is less than the threshold.
    assert.ok(above / injected > 0.94 && above / injected < 0.98, `${above} photons of ${injected}`);
    assert.ok(dark < 1, `${dark} photons in a shot without beam`);
  });

  it('gives multiples of 1/1024 photon', () => {
    assert.ok(calibration.apply(generator.frame(3).raw).every((value) => Number.isInteger(value * 1024)));
  });
});

describe('the spectra', () => {
  const pumped = analysed(new Generator({ seed: 11 }), range(0, 320));
  const blocked = analysed(new Generator({ seed: 12, pump: false }), range(0, 320));

  it('have single lines where they were put, as wide as they were', () => {
    const lines = [
      { energy: 7045.3, fwhm: 0.8, height: 1 },
      { energy: 7060.7, fwhm: 1.1, height: 2 },
    ];
    const { on, off } = analysed(new Generator({ lines, pump: false, seed: 5 }), range(0, 100));
    const counts = on.map((value, row) => value + off[row]!);
    const model = ([
      a = 0,
      e1 = 0,
      w1 = 1,
      b = 0,
      e2 = 0,
      w2 = 1,
      flat = 0,
    ]: readonly number[]): Float64Array => {
      const [first, second] = [lorentzian(e1, w1), lorentzian(e2, w2)];
      return first.map((value, row) => a * value + b * second[row]! + flat);
    };
    const { parameters, errors } = fitCounts(counts, model, [5e4, 7045.1, 1, 1e5, 7060.9, 1, 3]);
    for (const [index, wanted] of [7045.3, 0.8, 7060.7, 1.1].entries()) {
      const at = [1, 2, 4, 5][index]!;
      const error = errors[at]!;
      assert.ok(error < 0.02, `the fit is good to ${error} eV only`);
      assert.ok(
        Math.abs(parameters[at]! - wanted) < 4 * error,
        `${parameters[at]} ± ${error} eV, not ${wanted}`,
      );
    }
  });

  it('are Kβ of iron at its energies', () => {
    // G. Hölzer et al., Phys. Rev. A 56, 4554 (1997).
    const lines = [
      [7046.9, 14.17, 107],
      [7057.21, 3.12, 448],
      [7058.36, 1.97, 615],
      [7054.75, 6.38, 141],
    ] as const;
    const counts = blocked.on.map((value, row) => value + blocked.off[row]!);
    const model = ([scale = 0, shift = 0, flat = 0]: readonly number[]): Float64Array => {
      const sum = new Float64Array(REGION_ROWS);
      for (const [energy, fwhm, height] of lines)
        lorentzian(energy + shift, fwhm).forEach(
          (value, row) => (sum[row]! += scale * height * fwhm * value),
        );
      // Crystals reflect this band and no more.
      return sum.map((value, row) => (EDGES[row]! >= 7038.5 && EDGES[row + 1]! <= 7067.5 ? value : 0) + flat);
    };
    const inBand = counts.map((value, row) =>
      EDGES[row]! >= 7038.5 && EDGES[row + 1]! <= 7067.5 ? value : 0,
    );
    const { parameters, errors, chiSquare } = fitCounts(inBand, model, [100, 0.3, 0]);
    const [, shift = NaN] = parameters;
    assert.ok(errors[1]! < 0.01, `the fit is good to ${errors[1]} eV only`);
    assert.ok(Math.abs(shift) < 4 * errors[1]!, `shifted by ${shift} ± ${errors[1]} eV`);
    assert.ok(chiSquare / REGION_ROWS < 1.3, `χ²/ndf is ${chiSquare / REGION_ROWS}`);
  });

  it('do not differ where the laser is blocked: χ²/ndf = 1', () => {
    const { reduced, degreesOfFreedom } = significance(blocked.difference);
    const sigma = Math.sqrt(2 / degreesOfFreedom);
    assert.ok(degreesOfFreedom > 430);
    assert.ok(Math.abs(reduced - 1) < 3.5 * sigma, `χ²/ndf is ${reduced} ± ${sigma}`);
  });

  it('pass the null test of the shots without laser, whatever the laser does in the others', () => {
    for (const { difference } of [pumped, blocked]) {
      const { reduced, degreesOfFreedom } = difference.nullTest();
      const sigma = Math.sqrt(2 / degreesOfFreedom);
      assert.ok(Math.abs(reduced - 1) < 3.5 * sigma, `χ²/ndf is ${reduced} ± ${sigma}`);
    }
  });

  it('differ as low spin and high spin do: more of the satellite, less of the main line, and nothing in all', () => {
    const difference = pumped.difference.difference();
    const error = pumped.difference.error();
    assert.ok(significance(pumped.difference).reduced > 1.7);
    const over = (from: number, to: number): { sum: number; sigma: number } => {
      let [sum, variance] = [0, 0];
      difference.forEach((value, row) => {
        if (EDGES[row]! < from || EDGES[row + 1]! > to) return;
        sum += value;
        variance += error[row]! ** 2;
      });
      return { sum, sigma: Math.sqrt(variance) };
    };
    const satellite = over(7040, 7052);
    const main = over(7056, 7059);
    const all = over(0, Infinity);
    assert.ok(satellite.sum > 5 * satellite.sigma, `satellite ${satellite.sum} ± ${satellite.sigma}`);
    assert.ok(main.sum < -5 * main.sigma, `main line ${main.sum} ± ${main.sigma}`);
    assert.ok(Math.abs(all.sum) < 4 * all.sigma, `in all ${all.sum} ± ${all.sigma}`);
    const { spectrum, pumpedSpectrum } = new Generator();
    assert.ok(Math.abs(pumpedSpectrum.share(0, 1e5) - spectrum.share(0, 1e5)) < 1e-12);
  });

  it('do not depend, to the last bit, on how events were shared out', () => {
    const generator = new Generator();
    const alone = analysed(generator, range(0, 30));
    const merged = new SpectrumSums(REGION_ROWS, REGION_COLUMNS);
    // The last of three clients first.
    for (const client of [2, 0, 1]) {
      const part = analysed(generator, range(client, 30, 3));
      const arrays: Record<string, Float64Array> = {};
      const small: Record<string, unknown> = {};
      part.moveInto({ small, addArray: (name, data) => void (arrays[name] = data) });
      merged.merge({ small, array: (name) => arrays[name]! });
    }
    assert.deepEqual(merged.counts, alone.counts);
    for (const name of ['on', 'off', 'image'] as const) assert.deepEqual(merged[name], alone[name]);
    assert.equal(merged.digest(), alone.digest());
    assert.equal(merged.events, 30);
  });
});
