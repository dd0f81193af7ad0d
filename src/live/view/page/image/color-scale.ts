/**
 * From values to levels of a colour map: linear, square root or logarithm between two ends. The same few lines stand in the
 * shader (gl-painter); this is what images are coloured with where there is no WebGL2.
 */
import type { ImageScale } from '../../panel.ts';
import type { ImageCodes } from '../../wire/image-data.ts';
import { LEVELS } from './color-maps.ts';

export type Ends = readonly [from: number, to: number];

/** A logarithmic scale that starts at or below zero shows so many decades. */
const DECADES_BELOW = 4;
const SAMPLES_MAX = 16_384;

/** Ends that the scale can be drawn between: ascending, and positive for a logarithm. */
export function usableEnds([from, to]: Ends, scale: ImageScale): Ends {
  if (!Number.isFinite(from) || !Number.isFinite(to)) return scale === 'log' ? [0.1, 1] : [0, 1];
  const top = to > from ? to : from + Math.max(Math.abs(from) * 1e-6, 1e-12);
  if (scale !== 'log') return [from, top];
  if (top <= 0) return [0.1, 1];
  return [from > 0 ? from : top / 10 ** DECADES_BELOW, top];
}

/** 0 … 255; undefined where the value is no number. */
export function levelOf(value: number, [from, to]: Ends, scale: ImageScale): number | undefined {
  if (Number.isNaN(value)) return undefined;
  const t =
    scale === 'log'
      ? Math.log(Math.max(value, from) / from) / Math.log(to / from)
      : (value - from) / (to - from);
  const part = Math.min(1, Math.max(0, t));
  return Math.floor((scale === 'sqrt' ? Math.sqrt(part) : part) * (LEVELS - 1) + 0.5);
}

/** The value at a height of the colour bar, 0 … 1. */
export function valueAt(height: number, [from, to]: Ends, scale: ImageScale): number {
  if (scale === 'log') return from * (to / from) ** height;
  return from + (to - from) * (scale === 'sqrt' ? height * height : height);
}

/** NaN where the code stands for no number. */
export function valueOf({ data, offset, scale }: ImageCodes, index: number): number {
  const code = data[index];
  if (code === undefined) return Number.NaN;
  if (data instanceof Float32Array) return code;
  return code === (data instanceof Uint8Array ? 255 : 65_535) ? Number.NaN : offset + scale * code;
}

/** The values below which these shares of the pixels lie, from samples spread over the image. */
export function percentiles(codes: ImageCodes, shares: Ends): Ends {
  const { length } = codes.data;
  // An odd step that is no divisor of common widths does not fall on the same columns again and again.
  const step = Math.max(1, Math.ceil(length / SAMPLES_MAX)) | 1;
  const samples = new Float64Array(Math.ceil(length / step));
  let count = 0;
  for (let index = 0; index < length; index += step) {
    const value = valueOf(codes, index);
    if (Number.isFinite(value)) samples[count++] = value;
  }
  if (count === 0) return [0, 1];
  const sorted = samples.subarray(0, count).sort();
  const at = (share: number): number => sorted[Math.min(count - 1, Math.round(share * (count - 1)))] ?? 0;
  return [at(shares[0]), at(shares[1])];
}

/** Keeps the ends that were there while they are nearly right: colours that flicker cannot be read. */
export function steady(before: Ends | undefined, wanted: Ends): Ends {
  if (before === undefined) return wanted;
  const span = Math.max(wanted[1] - wanted[0], Number.MIN_VALUE);
  const isNear =
    Math.abs(before[0] - wanted[0]) < 0.08 * span && Math.abs(before[1] - wanted[1]) < 0.08 * span;
  return isNear ? before : wanted;
}
