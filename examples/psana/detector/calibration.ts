/**
 * From raw ADU to light: (raw − pedestal − common mode) / gain, and 0 where the pixel does not measure.
 *
 * The common mode is what an ASIC adds to all of its pixels in one event. It is where the peak of the dark pixels
 * stands in the histogram of (raw − pedestal): the lowest peak, since photons only ever add.
 *
 *            ▄█▄                 The histogram is first smoothed with the width of the read noise; the lowest maximum
 *           ▄███▄   ▂▄▄▂         of some height is the peak of the dark pixels; its centre is then refined as the
 *        ▁▂▅█████▅▃▄█████▄▂▁▁    mean of what stands within one noise width of it.
 *           0 photons  1 photon
 *
 * Calibrated values are multiples of 1/1024 ADU, so that sums over hundreds of thousands of frames are exact in double
 * precision: the mean image is the same, to the last bit, for any number of clients and any order of arrival.
 */
import type { Asic, PanelMaps } from './cspad-panel.ts';

/** Turns a frame as the detector reads it into one in ADU of light. The result holds until the next call. */
export type Calibration = (raw: ArrayLike<number>) => Float64Array;

export interface PanelCalibration {
  readonly rows: number;
  readonly columns: number;
  readonly asics: readonly Asic[];
  readonly maps: Pick<PanelMaps, 'pedestal' | 'gain' | 'mask'>;
  readonly readNoise: number;
}

/** Steps of a calibrated value: 1024 to the ADU. */
const STEPS_PER_ADU = 1024;

const HISTOGRAM_REACH = 120;
const BINS_PER_ADU = 4;
const LOWEST_PEAK_SHARE = 0.2;

export function createPanelCalibration(panel: PanelCalibration): Calibration {
  const { rows, columns, asics, maps } = panel;
  const { pedestal, gain, mask } = maps;
  const image = new Float64Array(rows * columns);
  return (raw) => {
    for (const asic of asics) {
      const offset = commonMode(raw, asic, panel);
      for (let row = 0; row < rows; row++) {
        const first = row * columns + asic.firstColumn;
        for (let pixel = first; pixel < first + asic.columns; pixel++) {
          const light = ((raw[pixel] ?? 0) - (pedestal[pixel] ?? 0) - offset) / (gain[pixel] ?? 1);
          image[pixel] = mask[pixel] === 1 ? Math.round(light * STEPS_PER_ADU) / STEPS_PER_ADU : 0;
        }
      }
    }
    return image;
  };
}

/** For frames that are calibrated already: the values as they are, and 0 for what is not a number. */
export function createIdentityCalibration(pixels: number): Calibration {
  const image = new Float64Array(pixels);
  return (raw) => {
    for (let pixel = 0; pixel < pixels; pixel++) {
      const value = raw[pixel] ?? 0;
      image[pixel] = Number.isFinite(value) ? value : 0;
    }
    return image;
  };
}

/** Common mode of one ASIC in one raw frame, in ADU. */
export function commonMode(
  raw: ArrayLike<number>,
  asic: Asic,
  panel: Pick<PanelCalibration, 'rows' | 'columns' | 'maps' | 'readNoise'>,
): number {
  const histogram = darkHistogram(raw, asic, panel);
  const sigma = panel.readNoise * BINS_PER_ADU;
  let centre = lowestPeak(smooth(histogram, sigma));
  for (let pass = 0; pass < 3; pass++) {
    let sum = 0;
    let count = 0;
    const last = Math.min(histogram.length - 1, Math.floor(centre + sigma));
    for (let bin = Math.max(0, Math.ceil(centre - sigma)); bin <= last; bin++) {
      sum += bin * (histogram[bin] ?? 0);
      count += histogram[bin] ?? 0;
    }
    if (count > 0) centre = sum / count;
  }
  return centre / BINS_PER_ADU - HISTOGRAM_REACH;
}

/** How often each value of (raw − pedestal) occurs in an ASIC, from −reach to +reach in quarters of an ADU. */
function darkHistogram(
  raw: ArrayLike<number>,
  asic: Asic,
  panel: Pick<PanelCalibration, 'rows' | 'columns' | 'maps'>,
): Float64Array {
  const { pedestal, mask } = panel.maps;
  const histogram = new Float64Array(2 * HISTOGRAM_REACH * BINS_PER_ADU + 1);
  for (let row = 0; row < panel.rows; row++) {
    const first = row * panel.columns + asic.firstColumn;
    for (let pixel = first; pixel < first + asic.columns; pixel++) {
      if (mask[pixel] !== 1) continue;
      const excess = (raw[pixel] ?? 0) - (pedestal[pixel] ?? 0);
      const bin = Math.round((excess + HISTOGRAM_REACH) * BINS_PER_ADU);
      if (bin >= 0 && bin < histogram.length) histogram[bin] = (histogram[bin] ?? 0) + 1;
    }
  }
  return histogram;
}

/** Index of the lowest local maximum that has some height. */
function lowestPeak(histogram: Float64Array): number {
  let highest = 0;
  for (const value of histogram) highest = Math.max(highest, value);
  if (highest === 0) return HISTOGRAM_REACH * BINS_PER_ADU;
  for (let bin = 1; bin < histogram.length - 1; bin++) {
    const value = histogram[bin] ?? 0;
    if (value < LOWEST_PEAK_SHARE * highest) continue;
    if (value >= (histogram[bin - 1] ?? 0) && value > (histogram[bin + 1] ?? 0)) return bin;
  }
  return histogram.indexOf(highest);
}

function smooth(histogram: Float64Array, sigma: number): Float64Array {
  const reach = Math.ceil(3 * sigma);
  const kernel = Float64Array.from({ length: 2 * reach + 1 }, (_, index) =>
    Math.exp(-0.5 * ((index - reach) / sigma) ** 2),
  );
  return histogram.map((_, bin) => {
    let sum = 0;
    for (let index = 0; index < kernel.length; index++) {
      sum += (kernel[index] ?? 0) * (histogram[bin + index - reach] ?? 0);
    }
    return sum;
  });
}
