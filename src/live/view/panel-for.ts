/**
 * The panel that suits an array, for programs that do not say what they want: a number grows a strip chart, a vector becomes a
 * line, a few rows become lines over one x, a matrix becomes an image, a stack of matrices becomes one image, plane under plane.
 */
import { MPIError, type TypedArray } from '../../index.ts';
import type { Panel } from './panel.ts';

/** Matrices of at most so many rows, each much longer than that, are sets of lines. */
const LINES_MAX = 8;
const LINE_LENGTH_FACTOR = 4;

/**
 * ```ts
 * for (const { name, data, shape } of update.arrays) view.show(name, panelFor(name, data, shape));
 * ```
 *
 * @param shape `[data.length]` by default
 */
export function panelFor(name: string, data: TypedArray | number, shape?: readonly number[]): Panel {
  if (typeof data === 'number') return { kind: 'strip', title: name, values: { [name]: data } };
  const whole = shape ?? [data.length];
  if (whole.reduce((product, length) => product * length, 1) !== data.length)
    throw new MPIError(
      'MPI_ERR_ARG',
      `Cannot choose a panel for ${JSON.stringify(name)}: it has ${data.length} elements where the shape ${whole.join(' × ')} wants another number`,
    );
  const dimensions = whole.filter((length) => length !== 1);
  const columns = dimensions.at(-1) ?? 1;
  const rows = columns === 0 ? 0 : data.length / columns;
  if (dimensions.length === 0)
    return { kind: 'strip', title: name, values: { [name]: Number(data[0] ?? Number.NaN) } };
  if (dimensions.length === 1 || isSetOfLines(dimensions)) return lines(name, data, rows, columns);
  return { kind: 'image', title: name, data, shape: [rows, columns] };
}

const isSetOfLines = ([rows = 0, columns = 0, ...more]: readonly number[]): boolean =>
  more.length === 0 && rows <= LINES_MAX && columns >= rows * LINE_LENGTH_FACTOR;

function lines(name: string, data: TypedArray, rows: number, columns: number): Panel {
  const series = Array.from({ length: rows }, (_, row) => ({
    label: rows === 1 ? name : `${name} ${row}`,
    y: data.subarray(row * columns, (row + 1) * columns),
  }));
  return { kind: 'lines', title: name, series };
}
