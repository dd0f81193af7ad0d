/**
 * Bragg peaks of a calibrated frame: a pixel that is a peak
 *   1. reaches the threshold,
 *   2. is the highest of the 5 × 5 around it, and
 *   3. stands out: its 3 × 3 holds more than the background there, by so many standard deviations of the background,
 *      both taken from the ring of the 7 × 7 around the 5 × 5.
 *
 *      r r r r r r r
 *      r · · · · · r        P the pixel, p its 3 × 3, · not used, r the ring
 *      r · p p p · r
 *      r · p P p · r        Peaks nearer to an edge than 3 pixels are not looked for.
 *      r · p p p · r
 *      r · · · · · r
 *      r r r r r r r
 */
export interface Peak {
  readonly row: number;
  readonly column: number;
  /** Light in the 3 × 3 above the background, in ADU. */
  readonly intensity: number;
}

export interface PeakCriteria {
  /** Lowest value of a peak's highest pixel, in ADU. */
  readonly threshold: number;
  /** Lowest signal-to-noise ratio of the 3 × 3. */
  readonly signalToNoise: number;
}

const RING_PIXELS = 24;
const CORE_PIXELS = 9;

export function findPeaks(
  image: Float64Array,
  rows: number,
  columns: number,
  criteria: PeakCriteria,
): Peak[] {
  const peaks: Peak[] = [];
  for (let row = 3; row < rows - 3; row++) {
    for (let column = 3; column < columns - 3; column++) {
      const pixel = row * columns + column;
      if ((image[pixel] ?? 0) < criteria.threshold || !isHighest(image, pixel, columns)) continue;
      const { mean, deviation } = ringOf(image, pixel, columns);
      let core = -CORE_PIXELS * mean;
      for (let down = -1; down <= 1; down++) {
        for (let across = -1; across <= 1; across++) core += image[pixel + down * columns + across] ?? 0;
      }
      const noise = deviation * Math.sqrt(CORE_PIXELS + (CORE_PIXELS * CORE_PIXELS) / RING_PIXELS);
      if (core >= criteria.signalToNoise * noise) peaks.push({ row, column, intensity: core });
    }
  }
  return peaks;
}

/** Highest of its 5 × 5; of equals, the first one in reading order. */
function isHighest(image: Float64Array, pixel: number, columns: number): boolean {
  const value = image[pixel] ?? 0;
  for (let down = -2; down <= 2; down++) {
    for (let across = -2; across <= 2; across++) {
      const offset = down * columns + across;
      const other = image[pixel + offset] ?? 0;
      if (other > value || (other === value && offset < 0)) return false;
    }
  }
  return true;
}

function ringOf(image: Float64Array, pixel: number, columns: number): { mean: number; deviation: number } {
  let sum = 0;
  let squares = 0;
  for (let down = -3; down <= 3; down++) {
    const step = Math.abs(down) === 3 ? 1 : 6;
    for (let across = -3; across <= 3; across += step) {
      const value = image[pixel + down * columns + across] ?? 0;
      sum += value;
      squares += value * value;
    }
  }
  const mean = sum / RING_PIXELS;
  return { mean, deviation: Math.sqrt(Math.max(0, squares / RING_PIXELS - mean * mean)) };
}
