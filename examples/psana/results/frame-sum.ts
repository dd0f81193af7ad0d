/**
 * What a number of frames add up to: the same at a client, which adds frames, and at the master, which adds what clients
 * have added up. Sums are kept in double precision and counts as integers, so that no count is lost to rounding.
 */
import type { Peak } from '../detector/peak-finder.ts';

/** Counts of an update, as `md.small` carries them. */
export interface FrameCounts {
  /** Frames that were added up. */
  events: number;
  /** Shots without a frame. */
  dropped: number;
  hits: number;
  peaks: number;
  photons: number;
}

/** Arrays of an update, pixel by pixel. */
export interface FrameArrays {
  /** Sum of the frames. */
  readonly img: Float64Array;
  /** Highest value of each pixel. */
  readonly max: Float64Array;
  /** How often each pixel was a peak. */
  readonly peakCounts: Uint32Array;
}

export class FrameSum {
  readonly arrays: FrameArrays;
  readonly counts: FrameCounts = noCounts();

  constructor(pixels: number) {
    this.arrays = {
      img: new Float64Array(pixels),
      max: new Float64Array(pixels),
      peakCounts: new Uint32Array(pixels),
    };
    this.clear();
  }

  /** Events that went into it, with or without a frame. */
  get seen(): number {
    return this.counts.events + this.counts.dropped;
  }

  addFrame(
    image: Float64Array,
    columns: number,
    peaks: readonly Peak[],
    isHit: boolean,
    photons: number,
  ): void {
    const { img, max, peakCounts } = this.arrays;
    for (let pixel = 0; pixel < img.length; pixel++) {
      const value = image[pixel] ?? 0;
      img[pixel] = (img[pixel] ?? 0) + value;
      if (value > (max[pixel] ?? 0)) max[pixel] = value;
    }
    for (const { row, column } of peaks) {
      const pixel = row * columns + column;
      peakCounts[pixel] = (peakCounts[pixel] ?? 0) + 1;
    }
    this.addCounts({ events: 1, dropped: 0, hits: isHit ? 1 : 0, peaks: peaks.length, photons });
  }

  addDropped(): void {
    this.counts.dropped++;
  }

  addCounts(counts: FrameCounts): void {
    for (const name of Object.keys(this.counts) as (keyof FrameCounts)[]) this.counts[name] += counts[name];
  }

  addArrays(other: FrameArrays): void {
    const { img, max, peakCounts } = this.arrays;
    for (let pixel = 0; pixel < img.length; pixel++) {
      const highest = other.max[pixel] ?? 0;
      img[pixel] = (img[pixel] ?? 0) + (other.img[pixel] ?? 0);
      if (highest > (max[pixel] ?? 0)) max[pixel] = highest;
      peakCounts[pixel] = (peakCounts[pixel] ?? 0) + (other.peakCounts[pixel] ?? 0);
    }
  }

  mean(): Float64Array {
    const events = Math.max(1, this.counts.events);
    return this.arrays.img.map((sum) => sum / events);
  }

  clear(): void {
    this.arrays.img.fill(0);
    this.arrays.max.fill(-Infinity);
    this.arrays.peakCounts.fill(0);
    Object.assign(this.counts, noCounts());
  }
}

/** Whole photons of a calibrated frame: each pixel rounded to the nearest number of them. */
export function countPhotons(image: Float64Array, aduPerPhoton: number): number {
  let photons = 0;
  for (const value of image) photons += Math.max(0, Math.round(value / aduPerPhoton));
  return photons;
}

/** The highest pixel of an image. */
export function maximumOf(
  image: Float64Array,
  columns: number,
): { value: number; row: number; column: number } {
  let highest = 0;
  for (let pixel = 1; pixel < image.length; pixel++) {
    if ((image[pixel] ?? 0) > (image[highest] ?? 0)) highest = pixel;
  }
  return { value: image[highest] ?? 0, row: Math.floor(highest / columns), column: highest % columns };
}

function noCounts(): FrameCounts {
  return { events: 0, dropped: 0, hits: 0, peaks: 0, photons: 0 };
}
