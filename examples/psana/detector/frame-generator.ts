/**
 * The simulated camera: raw frames of one run, each a function of (experiment, run, event, seed) alone.
 *
 *   pulse energy ~ Gamma(modes)          the light source: every shot is another one, some are dropped
 *     × background + Bragg spots         expected photons of each pixel
 *   → Poisson                            photons, as they arrive
 *   → charge sharing                     a photon near an edge of its pixel leaves part of its charge next door
 *   → × gain + pedestal + common mode + read noise → rounded, clipped to 14 bits
 *
 * Maps of the run (pedestal, gain, background, the crystal's lattice) are made once. A frame takes some milliseconds.
 * The arrays that `generate` returns are its own and hold until the next call.
 */
import { backgroundMap } from './background.ts';
import {
  ADU_PER_PHOTON,
  ASICS,
  columnAt,
  columnEdge,
  COLUMNS,
  PIXELS,
  READ_NOISE_ADU,
  relativeArea,
  ROWS,
  SATURATION_ADU,
  type PanelMaps,
} from './cspad-panel.ts';
import { Crystal, type Spot } from './crystal.ts';
import { Random } from './random.ts';

/** What went into a frame: the yardstick for calibration and peak finding. */
export interface FrameTruth {
  readonly pulseEnergy: number;
  /** Common mode of each ASIC in ADU. */
  readonly commonMode: readonly number[];
  /** Where a crystal diffracted; empty where the beam met none. */
  readonly spots: readonly Spot[];
  /** Photons that arrived in each pixel. */
  readonly photons: Uint32Array;
}

export interface SimulatedFrame {
  readonly raw: Uint16Array;
  readonly truth: FrameTruth;
}

const PULSE_MODES = 12;
const DROPPED_SHARE = 0.04;
const HIT_SHARE = 0.4;
const SPOT_PHOTONS = 95;
const SPOT_SIGMA_PIXELS = 0.62;
const SPOT_REACH = 4;
const COMMON_MODE_ADU = 8;
/** Width of a photon's charge cloud over the width of a pixel: 10 µm of 110 µm. */
const CLOUD_SIGMA_PIXELS = 0.09;
const SHARING_STEPS = 256;

export class FrameGenerator {
  readonly #maps: PanelMaps;
  readonly #seed: readonly (string | number)[];
  readonly #crystal: Crystal;
  readonly #background: Float64Array;
  readonly #sharing = sharingTable();
  readonly #expected = new Float64Array(PIXELS);
  readonly #photons = new Uint32Array(PIXELS);
  readonly #charge = new Float32Array(PIXELS);
  readonly #raw = new Uint16Array(PIXELS);

  constructor(experiment: string, run: number, seed: number, maps: PanelMaps) {
    this.#maps = maps;
    this.#seed = [experiment, run, seed];
    this.#crystal = new Crystal(seed);
    this.#background = backgroundMap();
  }

  /** The frame of this event, or undefined where the shot was dropped: no beam, no frame. */
  generate(event: number): SimulatedFrame | undefined {
    const random = new Random('event', ...this.#seed, event);
    if (random.uniform() < DROPPED_SHARE) return undefined;
    const pulseEnergy = random.gammaOfMeanOne(PULSE_MODES);
    const commonMode = ASICS.map(() => COMMON_MODE_ADU * random.normal());
    const hit = random.uniform() < HIT_SHARE;
    const brightness = SPOT_PHOTONS * pulseEnergy * Math.exp(0.7 * random.normal());
    const spots = hit ? this.#crystal.spots(random, brightness) : [];
    this.#expect(pulseEnergy, spots);
    this.#collect(random);
    this.#digitise(random, commonMode);
    return { raw: this.#raw, truth: { pulseEnergy, commonMode, spots, photons: this.#photons } };
  }

  #expect(pulseEnergy: number, spots: readonly Spot[]): void {
    const expected = this.#expected;
    const background = this.#background;
    for (let pixel = 0; pixel < PIXELS; pixel++) expected[pixel] = pulseEnergy * (background[pixel] ?? 0);
    for (const spot of spots) addSpot(expected, spot);
  }

  /** Draws the photons of each pixel and spreads their charge. */
  #collect(random: Random): void {
    const expected = this.#expected;
    const charge = this.#charge;
    charge.fill(0);
    for (let row = 0; row < ROWS; row++) {
      for (let column = 0; column < COLUMNS; column++) {
        const pixel = row * COLUMNS + column;
        const count = random.poisson(expected[pixel] ?? 0);
        this.#photons[pixel] = count;
        for (let photon = 0; photon < count; photon++) this.#share(random.bits(), row, column);
      }
    }
  }

  /** One photon at a random place in its pixel: what crosses an edge goes to the neighbour, or is lost at the rim. */
  #share(bits: number, row: number, column: number): void {
    const charge = this.#charge;
    const sideways = this.#sharing[bits & (SHARING_STEPS - 1)] ?? 0;
    const upright = this.#sharing[(bits >>> 8) & (SHARING_STEPS - 1)] ?? 0;
    const keptAcross = 1 - Math.abs(sideways);
    const keptDown = 1 - Math.abs(upright);
    const pixel = row * COLUMNS + column;
    charge[pixel] = (charge[pixel] ?? 0) + keptAcross * keptDown;
    if (sideways === 0 && upright === 0) return;
    const nextColumn = column + Math.sign(sideways);
    const nextRow = row + Math.sign(upright);
    const acrossFits = nextColumn >= 0 && nextColumn < COLUMNS;
    const downFits = nextRow >= 0 && nextRow < ROWS;
    const across = row * COLUMNS + nextColumn;
    const down = nextRow * COLUMNS + column;
    const diagonal = nextRow * COLUMNS + nextColumn;
    if (acrossFits) charge[across] = (charge[across] ?? 0) + Math.abs(sideways) * keptDown;
    if (downFits) charge[down] = (charge[down] ?? 0) + keptAcross * Math.abs(upright);
    if (acrossFits && downFits) charge[diagonal] = (charge[diagonal] ?? 0) + Math.abs(sideways * upright);
  }

  #digitise(random: Random, commonMode: readonly number[]): void {
    const { pedestal, gain, stuckAt } = this.#maps;
    const charge = this.#charge;
    const raw = this.#raw;
    for (const [index, asic] of ASICS.entries()) {
      const offset = (commonMode[index] ?? 0) + 0.5;
      for (let row = 0; row < ROWS; row++) {
        const first = row * COLUMNS + asic.firstColumn;
        for (let pixel = first; pixel < first + asic.columns; pixel++) {
          const signal = ADU_PER_PHOTON * (gain[pixel] ?? 0) * (charge[pixel] ?? 0);
          const value = (pedestal[pixel] ?? 0) + offset + signal + READ_NOISE_ADU * random.normal();
          raw[pixel] = value < 0 ? 0 : value > SATURATION_ADU ? SATURATION_ADU : value;
        }
      }
    }
    for (const [pixel, value] of stuckAt) raw[pixel] = value;
  }
}

/** Adds a Gaussian spot, integrated over the area of each pixel that it reaches. */
function addSpot(expected: Float64Array, spot: Spot): void {
  const centreRow = Math.floor(spot.down);
  const centreColumn = columnAt(spot.across);
  const lastRow = Math.min(ROWS - 1, centreRow + SPOT_REACH);
  const lastColumn = Math.min(COLUMNS - 1, centreColumn + SPOT_REACH);
  for (let row = Math.max(0, centreRow - SPOT_REACH); row <= lastRow; row++) {
    const downShare = gaussianShare(row - spot.down, 1);
    for (let column = Math.max(0, centreColumn - SPOT_REACH); column <= lastColumn; column++) {
      const acrossShare = gaussianShare(columnEdge(column) - spot.across, relativeArea(column));
      const pixel = row * COLUMNS + column;
      expected[pixel] = (expected[pixel] ?? 0) + spot.photons * downShare * acrossShare;
    }
  }
}

/** Share of a spot that falls between `from` and `from + width`, measured from its centre. */
function gaussianShare(from: number, width: number): number {
  return (
    normalDistribution((from + width) / SPOT_SIGMA_PIXELS) - normalDistribution(from / SPOT_SIGMA_PIXELS)
  );
}

/**
 * For a photon at each of 256 places across a pixel: the share of its charge that crosses the nearer edge, negative
 * where that is the lower edge, and 0 in the middle, where (almost) nothing does.
 */
function sharingTable(): Float64Array {
  return Float64Array.from({ length: SHARING_STEPS }, (_, step) => {
    const place = (step + 0.5) / SHARING_STEPS;
    const lower = normalDistribution(-place / CLOUD_SIGMA_PIXELS);
    const upper = normalDistribution(-(1 - place) / CLOUD_SIGMA_PIXELS);
    const share = Math.max(lower, upper);
    if (share < 1e-3) return 0;
    return lower > upper ? -share : share;
  });
}

/** Cumulative normal distribution by Abramowitz and Stegun 26.2.17; its error is below 1e-7. */
function normalDistribution(x: number): number {
  const t = 1 / (1 + 0.2316419 * Math.abs(x));
  const series =
    t * (0.31938153 + t * (-0.356563782 + t * (1.781477937 + t * (-1.821255978 + t * 1.330274429))));
  const upperTail = 0.3989422804014327 * Math.exp(-0.5 * x * x) * series;
  return x > 0 ? 1 - upperTail : upperTail;
}
