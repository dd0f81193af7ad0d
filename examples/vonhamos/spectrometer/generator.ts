/**
 * The simulated spectrometer: shots and raw frames of one run, each a function of (seed, run, event) alone.
 *
 *   shot: event codes, pulse energy          beam.ts
 *   → photons by the emission spectrum       emission.ts, geometry.ts, photons.ts
 *   → × gain + pedestal + common mode + read noise → rounded, clipped to 14 bits
 *
 * Most programs need the region of interest alone, and get it in about a millisecond; the whole camera takes some ten times as
 * long, and has the same values there.
 */
import { Random } from '../../psana/detector/random.ts';
import { isLaserOn, type Shot, shotAt } from './beam.ts';
import {
  BANKS,
  bankAt,
  cameraMaps,
  type CameraMaps,
  COLUMNS,
  COMMON_MODE_ADU,
  PIXEL_MM,
  PIXELS,
  pixelsOf,
  READ_NOISE_ADU,
  REGION,
  type Region,
  SATURATION_ADU,
  WHOLE_CAMERA,
} from './camera.ts';
import { type Band, EmissionSpectrum, type EmissionLine, IRON_K_BETA } from './emission.ts';
import { GERMANIUM_620_ANGSTROM, VonHamos } from './geometry.ts';
import { PhotonCounts } from './photons.ts';

/** Where the middle of the region of interest is aimed at. */
export const GEOMETRY = {
  spacingAngstrom: GERMANIUM_620_ANGSTROM,
  radiusMm: 500,
  pixelMm: PIXEL_MM,
  aim: { energy: 7053, row: 245 },
} as const;

/** All of it is in the region of interest. */
export const BAND: Band = { from: 7038.5, to: 7067.5 };
const PHOTONS_PER_STRIPE = 1000;

export interface GeneratorOptions {
  readonly seed?: number;
  readonly run?: number;
  /** False: the laser fires, but something is in its way. True by default. */
  readonly pump?: boolean;
  readonly lines?: readonly EmissionLine[];
  /** Mean number of photons in the stripe of each crystal: 1000 by default. */
  readonly photonsPerStripe?: number;
}

export interface Frame {
  readonly shot: Shot;
  readonly region: Region;
  /** ADU of the region, row by row. */
  readonly raw: Uint16Array;
  /** Photons that arrived there: what the analysis cannot know. */
  readonly truth: Uint16Array;
}

export class Generator {
  readonly geometry: VonHamos = new VonHamos(GEOMETRY);
  readonly maps: CameraMaps;
  readonly spectrum: EmissionSpectrum;
  readonly pumpedSpectrum: EmissionSpectrum;
  readonly #seed: number;
  readonly #run: number;
  readonly #photons: PhotonCounts;
  readonly #inside = pixelsOf(REGION);
  /** Made when it is first needed, since most programs never do. */
  #outside: Int32Array | undefined = undefined;
  /** ADU of the whole camera. */
  readonly #adu = new Uint16Array(PIXELS);

  constructor(options: GeneratorOptions = {}) {
    const {
      seed = 0,
      run = 1,
      pump = true,
      lines = IRON_K_BETA,
      photonsPerStripe = PHOTONS_PER_STRIPE,
    } = options;
    this.#seed = seed;
    this.#run = run;
    this.maps = cameraMaps(seed);
    this.spectrum = EmissionSpectrum.ofLines(lines, BAND);
    this.pumpedSpectrum = pump ? this.spectrum.pumped() : this.spectrum;
    this.#photons = new PhotonCounts(seed, this.geometry, photonsPerStripe);
  }

  shot(event: number): Shot {
    return shotAt(this.#seed, this.#run, event);
  }

  /** The region of interest. */
  frame(event: number): Frame {
    const shot = this.#expose(event, REGION);
    this.#digitise(this.#inside, this.#noise('inside', event), this.commonMode(event));
    return this.#cut(shot, REGION, this.#inside);
  }

  /** The whole camera in the same shot. */
  wholeFrame(event: number): Frame {
    const shot = this.#expose(event, WHOLE_CAMERA);
    const commonMode = this.commonMode(event);
    this.#digitise(this.#inside, this.#noise('inside', event), commonMode);
    this.#outside ??= remaining(this.#inside);
    this.#digitise(this.#outside, this.#noise('outside', event), commonMode);
    return this.#cut(shot, WHOLE_CAMERA, pixelsOf(WHOLE_CAMERA));
  }

  /** Photons alone, without the camera. */
  photons(event: number): Uint16Array {
    this.#expose(event, REGION);
    return pick(this.#photons.counts, this.#inside);
  }

  /** The region of interest without light, from before the run. */
  darkFrame(index: number): Uint16Array {
    this.#photons.charge.fill(0);
    this.#digitise(this.#inside, this.#noise('dark', index), this.commonMode(-1 - index));
    return pick(this.#adu, this.#inside);
  }

  /** ADU that each bank adds in the event: what the analysis cannot know. */
  commonMode(event: number): readonly number[] {
    const random = new Random('vonhamos', 'common mode', this.#seed, this.#run, event);
    return Array.from({ length: BANKS }, () => COMMON_MODE_ADU * random.normal());
  }

  #noise(where: string, event: number): Random {
    return new Random('vonhamos', 'noise', where, this.#seed, this.#run, event);
  }

  #expose(event: number, region: Region): Shot {
    const shot = this.shot(event);
    this.#photons.collect(shot, isLaserOn(shot) ? this.pumpedSpectrum : this.spectrum, region);
    return shot;
  }

  #digitise(pixels: Int32Array, random: Random, commonMode: readonly number[]): void {
    const { pedestal, gain } = this.maps;
    const { charge } = this.#photons;
    for (const pixel of pixels) {
      const offset = commonMode[bankAt(Math.floor(pixel / COLUMNS), pixel % COLUMNS)] ?? 0;
      const light = (gain[pixel] ?? 1) * (charge[pixel] ?? 0);
      const adu = Math.round((pedestal[pixel] ?? 0) + offset + light + READ_NOISE_ADU * random.normal());
      this.#adu[pixel] = Math.min(SATURATION_ADU, Math.max(0, adu));
    }
  }

  #cut(shot: Shot, region: Region, pixels: Int32Array): Frame {
    return { shot, region, raw: pick(this.#adu, pixels), truth: pick(this.#photons.counts, pixels) };
  }
}

/** The rest of the camera. */
function remaining(pixels: Int32Array): Int32Array {
  const known = new Set(pixels);
  return pixelsOf(WHOLE_CAMERA).filter((pixel) => !known.has(pixel));
}

function pick(values: Uint16Array, pixels: Int32Array): Uint16Array {
  const picked = new Uint16Array(pixels.length);
  for (let index = 0; index < pixels.length; index++) picked[index] = values[pixels[index] ?? 0] ?? 0;
  return picked;
}
