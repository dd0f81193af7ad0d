/**
 * An image on its way to a viewer: codes of 8 or 16 bits with the line that turns them into values, or float32 where the viewer
 * asks for the exact values (it does under the cursor). The highest code stands for "no number". Integers whose range fits into
 * the codes travel unchanged, so they are exact in any format.
 *
 *     value = offset + scale · code          costs two passes
 */
import type { TypedArray } from '../../../index.ts';

export type ImageFormat = 'u8' | 'u16' | 'f32';

export interface ImageCodes {
  readonly data: Uint8Array | Uint16Array | Float32Array;
  readonly offset: number;
  readonly scale: number;
  /** Values come out as they were put in (as float32 at least). */
  readonly isExact: boolean;
  /** Of all values that are finite; NaN where there are none. */
  readonly min: number;
  readonly max: number;
}

const LEVELS: Readonly<Record<'u8' | 'u16', number>> = { u8: 255, u16: 65_535 };

/** @param before codes that nobody needs any more: they are overwritten where they fit, so that a live image makes no garbage */
export function encodeImage(
  values: TypedArray,
  format: ImageFormat,
  before?: ImageCodes['data'],
): ImageCodes {
  const numbers =
    typeof values[0] === 'bigint'
      ? Float64Array.from(values as BigInt64Array, Number)
      : (values as Float64Array);
  const { min, max } = finiteRange(numbers);
  const { length } = numbers;
  if (format === 'f32') {
    const data = room(Float32Array, length, before);
    data.set(numbers);
    return { data, offset: 0, scale: 1, isExact: true, min, max };
  }
  const levels = LEVELS[format];
  const isExact = !isFloat(values) && max - min < levels;
  const scale = isExact ? 1 : (max - min) / (levels - 1);
  const data = format === 'u8' ? room(Uint8Array, length, before) : room(Uint16Array, length, before);
  quantise(numbers, data, min, scale > 0 ? 1 / scale : 0, levels);
  return { data, offset: min, scale, isExact, min, max };
}

function room<T extends ImageCodes['data']>(
  Class: new (length: number) => T,
  length: number,
  before: ImageCodes['data'] | undefined,
): T {
  return before instanceof Class && before.length === length ? before : new Class(length);
}

/** Infinite values are drawn at the ends of the range; NaN has its own code. */
function quantise(
  values: Float64Array,
  codes: Uint8Array | Uint16Array,
  min: number,
  factor: number,
  noNumber: number,
): void {
  const highest = noNumber - 1;
  for (let index = 0; index < values.length; index += 1) {
    const code = ((values[index] as number) - min) * factor + 0.5;
    codes[index] = code >= 0 ? (code > highest ? highest : code) : code < 0 ? 0 : noNumber;
  }
}

function finiteRange(values: Float64Array): { readonly min: number; readonly max: number } {
  let min = Infinity;
  let max = -Infinity;
  // eslint-disable-next-line @typescript-eslint/prefer-for-of -- an iterator over elements costs four times as much
  for (let index = 0; index < values.length; index += 1) {
    const value = values[index] as number;
    if (value < min && value !== -Infinity) min = value;
    if (value > max && value !== Infinity) max = value;
  }
  return min <= max ? { min, max } : { min: Number.NaN, max: Number.NaN };
}

/** By what it says of itself: half precision is not known to every runtime. */
const isFloat = (values: TypedArray): boolean => values[Symbol.toStringTag].startsWith('Float');
