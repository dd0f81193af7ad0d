/** From what panels carry to what uPlot draws. */
import type { TypedArray } from '../../../../index.ts';

type Column = Float64Array | (number | null)[];

/** The x of a panel: given, counted from a start, or the index. */
export function xValues(
  x: TypedArray | { readonly from: number; readonly step: number } | undefined,
  length: number,
): Float64Array {
  if (x === undefined) return Float64Array.from({ length }, (_, index) => index);
  if ('step' in x) return Float64Array.from({ length }, (_, index) => x.from + index * x.step);
  return Float64Array.from(x as Float64Array);
}

/** uPlot leaves gaps at `null` alone; logarithms leave them at and below zero. */
export function gapped(values: ArrayLike<number>, isLog: boolean = false): Column {
  let hasGaps = false;
  for (let index = 0; index < values.length && !hasGaps; index += 1)
    hasGaps = !isDrawable(values[index], isLog);
  if (!hasGaps) return Float64Array.from(values);
  return Array.from(values, (value) => (isDrawable(value, isLog) ? value : null));
}

/** Each value with so many standard deviations added. */
export function shifted(values: ArrayLike<number>, errors: ArrayLike<number>, factor: number): Column {
  return gapped(
    Float64Array.from(
      { length: values.length },
      (_, index) => (values[index] ?? Number.NaN) + factor * (errors[index] ?? 0),
    ),
  );
}

/** Points in the order of x, as uPlot wants them. Those whose x is no finite number have no place on its scale. */
export function sortedByX(x: ArrayLike<number>, y: ArrayLike<number>): readonly [Float64Array, Float64Array] {
  const order = Uint32Array.from({ length: x.length }, (_, index) => index)
    .filter((index) => Number.isFinite(x[index]))
    .sort((a, b) => (x[a] ?? 0) - (x[b] ?? 0));
  return [
    Float64Array.from(order, (index) => x[index] ?? Number.NaN),
    Float64Array.from(order, (index) => y[index] ?? Number.NaN),
  ];
}

const isDrawable = (value: number | undefined, isLog: boolean): boolean =>
  value !== undefined && Number.isFinite(value) && !(isLog && value <= 0);
