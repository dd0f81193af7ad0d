/**
 * The simulated spectrometer: shots and raw frames of one run, each a function of (seed, run, event) alone.
 *
 *   shot: event codes, pulse energy          beam.ts
 *   → photons by the emission spectrum       emission.ts, geometry.ts, photons.ts
 *   → × gain + pedestal + common mode + read noise → rounded, clipped to 14 bits
 *
 * Any part of the camera can be read by itself, and has the values that the whole camera has there. What most programs need, the
 * stripe of one crystal, takes about half a millisecond; the whole camera some twenty times as long.
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
  pixelsOf,
  READ_NOISE_ADU,
  REGION,
  type Region,
  SATURATION_ADU,
} from './camera.ts';
import { type Band, EmissionSpectrum, type EmissionLine, IRON_K_BETA } from './emission.ts';
import { GERMANIUM_620_ANGSTROM, VonHamos } from './geometry.ts';
import { PhotonCounts } from './photons.ts';
import { PixelNoise } from './pixel-noise.ts';

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
const REGIONS_KEPT = 4;

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
  /** Pixels of the regions that were read last. */
  readonly #pixels = new Map<string, Int32Array>();

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

  /** A region of the camera in one shot: that of the first crystal by default. */
  frame(event: number, region: Region = REGION): Frame {
    const shot = this.#expose(event, region);
    const pixels = this.#pixelsOf(region);
    const noise = new PixelNoise('vonhamos', 'noise', this.#seed, this.#run, event);
    const raw = this.#digitise(pixels, noise, this.commonMode(event));
    return { shot, region, raw, truth: pick(this.#photons.counts, pixels) };
  }

  /** Photons alone, without the camera. */
  photons(event: number, region: Region = REGION): Uint16Array {
    this.#expose(event, region);
    return pick(this.#photons.counts, this.#pixelsOf(region));
  }

  /** Without light, from before the run. */
  darkFrame(index: number, region: Region = REGION): Uint16Array {
    this.#photons.charge.fill(0);
    const noise = new PixelNoise('vonhamos', 'dark', this.#seed, this.#run, index);
    return this.#digitise(this.#pixelsOf(region), noise, this.commonMode(-1 - index));
  }

  /** ADU that each bank adds in the event: what the analysis cannot know. */
  commonMode(event: number): readonly number[] {
    const random = new Random('vonhamos', 'common mode', this.#seed, this.#run, event);
    return Array.from({ length: BANKS }, () => COMMON_MODE_ADU * random.normal());
  }

  #expose(event: number, region: Region): Shot {
    const shot = this.shot(event);
    this.#photons.collect(shot, isLaserOn(shot) ? this.pumpedSpectrum : this.spectrum, region);
    return shot;
  }

  #digitise(pixels: Int32Array, noise: PixelNoise, commonMode: readonly number[]): Uint16Array {
    const { pedestal, gain } = this.maps;
    const { charge } = this.#photons;
    const adu = new Uint16Array(pixels.length);
    for (let index = 0; index < pixels.length; index++) {
      const pixel = pixels[index] ?? 0;
      const offset = commonMode[bankAt(Math.floor(pixel / COLUMNS), pixel % COLUMNS)] ?? 0;
      const light = (gain[pixel] ?? 1) * (charge[pixel] ?? 0);
      const value = Math.round((pedestal[pixel] ?? 0) + offset + light + READ_NOISE_ADU * noise.at(pixel));
      adu[index] = Math.min(SATURATION_ADU, Math.max(0, value));
    }
    return adu;
  }

  #pixelsOf(region: Region): Int32Array {
    const key = [...region.rows, ...region.columns].join();
    const known = this.#pixels.get(key);
    if (known !== undefined) return known;
    const pixels = pixelsOf(region);
    this.#pixels.set(key, pixels);
    const [oldest] = this.#pixels.keys();
    if (this.#pixels.size > REGIONS_KEPT && oldest !== undefined) this.#pixels.delete(oldest);
    return pixels;
  }
}

function pick(values: Uint16Array, pixels: Int32Array): Uint16Array {
  const picked = new Uint16Array(pixels.length);
  for (let index = 0; index < pixels.length; index++) picked[index] = values[pixels[index] ?? 0] ?? 0;
  return picked;
}
