/**
 * From raw ADU to photons: (raw − pedestal − common mode) / (gain × ADU of a photon), and 0 below the threshold.
 *
 * The pedestal is the mean of dark frames that were taken before. The common mode of a bank is the centre of its dark pixels: the
 * highest place of the histogram of (raw − pedestal), refined twice as the mean of what stands within three noise widths.
 *
 * Calibrated values are multiples of 1/1024 photon, so that their sums are exact in double precision: the same to the last bit for
 * any number of clients, and in any order.
 */
import {
  ADU_PER_KEV,
  bankAt,
  COLUMNS,
  pixelsOf,
  READ_NOISE_ADU,
  type Region,
} from '../spectrometer/camera.ts';

/** Of the main line. */
export const ADU_PER_PHOTON: number = 7.058 * ADU_PER_KEV;
/** In photons: 5.6 widths of the read noise, so that dark pixels add nothing, and most of a shared photon is kept. */
export const THRESHOLD = 0.15;

const STEPS_PER_PHOTON = 1024;
const HISTOGRAM_REACH_ADU = 60;
const DARK_REACH_ADU: number = 3 * READ_NOISE_ADU;

export interface CalibrationConstants {
  /** Of the region, row by row. */
  readonly pedestal: Float64Array;
  /** Of the whole camera. */
  readonly gain: ArrayLike<number>;
}

export class Calibration {
  readonly #pedestal: Float64Array;
  readonly #scale: Float64Array;
  /** Pixels of each bank that the region touches. */
  readonly #banks: readonly Int32Array[];
  readonly #image: Float64Array;

  constructor(region: Region, { pedestal, gain }: CalibrationConstants) {
    const pixels = pixelsOf(region);
    this.#pedestal = pedestal;
    this.#scale = Float64Array.from(
      pixels,
      (pixel) => STEPS_PER_PHOTON / ((gain[pixel] ?? 1) * ADU_PER_PHOTON),
    );
    const banks = new Map<number, number[]>();
    pixels.forEach((pixel, index) => {
      const bank = bankAt(Math.floor(pixel / COLUMNS), pixel % COLUMNS);
      const known = banks.get(bank);
      if (known === undefined) banks.set(bank, [index]);
      else known.push(index);
    });
    this.#banks = [...banks.values()].map((indices) => Int32Array.from(indices));
    this.#image = new Float64Array(pixels.length);
  }

  /** Photons of each pixel of the region; the result holds until the next call. */
  apply(raw: ArrayLike<number>, threshold: number = THRESHOLD): Float64Array {
    const image = this.#image;
    const least = threshold * STEPS_PER_PHOTON;
    for (const bank of this.#banks) {
      const offset = this.#offset(raw, bank);
      for (const index of bank) {
        const light = (raw[index] ?? 0) - (this.#pedestal[index] ?? 0) - offset;
        const steps = Math.round(light * (this.#scale[index] ?? 0));
        image[index] = steps < least ? 0 : steps / STEPS_PER_PHOTON;
      }
    }
    return image;
  }

  /** Common modes in ADU, in the order in which the banks appear in the region. */
  commonModes(raw: ArrayLike<number>): number[] {
    return this.#banks.map((bank) => this.#offset(raw, bank));
  }

  #offset(raw: ArrayLike<number>, bank: Int32Array): number {
    const histogram = new Uint32Array(2 * HISTOGRAM_REACH_ADU + 1);
    for (const index of bank) {
      const bin = Math.round((raw[index] ?? 0) - (this.#pedestal[index] ?? 0)) + HISTOGRAM_REACH_ADU;
      if (bin >= 0 && bin < histogram.length) histogram[bin] = (histogram[bin] ?? 0) + 1;
    }
    let centre =
      histogram.indexOf(histogram.reduce((most, count) => Math.max(most, count), 0)) - HISTOGRAM_REACH_ADU;
    for (let round = 0; round < 2; round++) {
      let sum = 0;
      let count = 0;
      for (const index of bank) {
        const value = (raw[index] ?? 0) - (this.#pedestal[index] ?? 0);
        if (Math.abs(value - centre) > DARK_REACH_ADU) continue;
        sum += value;
        count++;
      }
      if (count > 0) centre = sum / count;
    }
    return centre;
  }
}

/** The mean of dark frames, pixel by pixel. */
export function pedestalOf(frames: Iterable<ArrayLike<number>>, pixels: number): Float64Array {
  const sum = new Float64Array(pixels);
  let count = 0;
  for (const frame of frames) {
    for (let index = 0; index < pixels; index++) sum[index] = (sum[index] ?? 0) + (frame[index] ?? 0);
    count++;
  }
  return sum.map((value) => value / count);
}

/** What is left when columns are added up: one value for each row, which is one for each energy. */
export function projected(image: Float64Array, columns: number): Float64Array {
  const spectrum = new Float64Array(image.length / columns);
  for (let row = 0; row < spectrum.length; row++) {
    let sum = 0;
    for (let index = row * columns; index < (row + 1) * columns; index++) sum += image[index] ?? 0;
    spectrum[row] = sum;
  }
  return spectrum;
}
