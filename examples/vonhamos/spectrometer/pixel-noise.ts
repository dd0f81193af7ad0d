/**
 * Normal noise that belongs to a pixel: a function of the seed and of the pixel's number alone, so that any part of the camera has
 * the same values as the whole.
 *
 * The number of the pixel is mixed with the seed by multiplications and shifts to 32 bits that look random; the upper 16 of them
 * choose one of 65536 equally likely values of the normal distribution, out to 4.2 widths.
 */
import { Random } from '../../psana/detector/random.ts';

const QUANTILES = normalQuantiles(65_536);

export class PixelNoise {
  readonly #first: number;
  readonly #second: number;

  /** Words as for `Random`. */
  constructor(...seed: readonly (string | number)[]) {
    const random = new Random(...seed);
    this.#first = random.bits() | 0;
    this.#second = random.bits() | 0;
  }

  /** Of mean 0 and standard deviation 1. */
  at(pixel: number): number {
    let bits = (Math.imul(pixel, 0x9e3779b9) + this.#first) | 0;
    bits = Math.imul(bits ^ (bits >>> 16), 0x21f0aaad) ^ this.#second;
    bits = Math.imul(bits ^ (bits >>> 15), 0x735a2d97);
    return QUANTILES[(bits ^ (bits >>> 15)) >>> 16] ?? 0;
  }
}

/** Values with equal probability between them, by adding up the density in small steps. */
function normalQuantiles(count: number): Float32Array {
  const quantiles = new Float32Array(count);
  const step = 1e-4;
  let below = 0;
  let index = 0;
  for (let z = -6 + step / 2; index < count; z += step) {
    below += (step * Math.exp(-0.5 * z * z)) / Math.sqrt(2 * Math.PI);
    while (index < count && (index + 0.5) / count <= below) quantiles[index++] = z;
  }
  return quantiles;
}
