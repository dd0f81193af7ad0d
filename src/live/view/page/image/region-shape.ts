/** A region of interest: from the corners of a drag, moved, and what is inside. */
import type { Region } from '../../panel.ts';
import type { ImageCodes } from '../../wire/image-data.ts';
import { valueOf } from './color-scale.ts';
import type { Point, Size } from './view-transform.ts';

export interface RegionSummary {
  readonly sum: number;
  readonly mean: number;
  readonly max: number;
}

/** All pixels that the drag has touched; undefined where it touched none. */
export function regionBetween(a: Point, b: Point, { width, height }: Size): Region | undefined {
  const span = (from: number, to: number, length: number): readonly [number, number] => [
    Math.max(0, Math.floor(Math.min(from, to))),
    Math.min(length, Math.floor(Math.max(from, to)) + 1),
  ];
  const columns = span(a.x, b.x, width);
  const rows = span(a.y, b.y, height);
  return columns[0] < columns[1] && rows[0] < rows[1] ? { rows, columns } : undefined;
}

/** As far as the image goes. */
export function movedRegion({ rows, columns }: Region, by: Point, { width, height }: Size): Region {
  const move = (
    [from, to]: readonly [number, number],
    step: number,
    length: number,
  ): readonly [number, number] => {
    const allowed = Math.min(length - to, Math.max(-from, step));
    return [from + allowed, to + allowed];
  };
  return { rows: move(rows, by.y, height), columns: move(columns, by.x, width) };
}

/** Of what lies inside of the image: a region stays where it is when the image gets smaller. */
export function summaryOf(codes: ImageCodes, { rows, columns }: Region, width: number): RegionSummary {
  let sum = 0;
  let max = -Infinity;
  let count = 0;
  const [rowsEnd, columnsEnd] = [Math.min(rows[1], codes.data.length / width), Math.min(columns[1], width)];
  for (let row = rows[0]; row < rowsEnd; row += 1) {
    for (let column = columns[0]; column < columnsEnd; column += 1) {
      const value = valueOf(codes, row * width + column);
      if (Number.isNaN(value)) continue;
      sum += value;
      count += 1;
      if (value > max) max = value;
    }
  }
  return { sum, mean: sum / count, max: count > 0 ? max : Number.NaN };
}
