/**
 * What the columns of an HDF5 file are made of, from the first update on (hdf5-column-plan has what becomes of later ones that do
 * not fit, hdf5-dataset-names what they are called where two would have one name).
 *
 *     /update/client, rank, run, step, sequence, sent_at, received_at    one value for each row
 *     /arrays/NAME            [rows, …shape]                              arrays of one shape
 *     /arrays/var_NAME        all elements, row after row                 arrays whose shape changes, or named var_…
 *     /arrays/var_NAME_len    [rows]  elements of each row                … and var_NAME_shape [rows, dimensions]
 *     /small/NAME             [rows]                                      numbers, booleans, bigints, dates
 *     /small/var_NAME         UTF-8                                       text; JSON of everything else
 *     /small/A/B              …                                           small.A.B
 *
 * What a row does not have is NaN, −99999 in integers that hold it, else their lowest (signed) or highest (unsigned) value,
 * and nothing in a column of varying length.
 */
import type { TypedArray } from '../../index.ts';
import { elementCode } from '../update/element-types.ts';
import type { Frame } from '../update/frame-decoder.ts';

/** One value of a row, ready for its column. */
export interface Cell {
  readonly path: string;
  readonly data: TypedArray;
  readonly shape: readonly number[];
  /** Where the column has one value for each row: no dimension of its own. */
  readonly isScalar: boolean;
  /** Its length varies by nature. */
  readonly isRagged: boolean;
}

export interface Column {
  readonly path: string;
  readonly code: number;
  /** Undefined where the length varies. */
  readonly shape: readonly number[] | undefined;
  readonly dimensions: number;
  readonly isScalar: boolean;
}

export function cellsOf(frame: Frame): Cell[] {
  const cells: Cell[] = frame.arrays.map(({ name, data, shape }) => ({
    path: `arrays/${escaped(name)}`,
    data: storable(data),
    shape,
    isScalar: false,
    isRagged: name.startsWith('var_'),
  }));
  addSmall(cells, 'small', frame.small, 0);
  return cells;
}

export const columnOf = (cell: Cell): Column => ({
  path: cell.path,
  code: elementCode(cell.data),
  shape: cell.isRagged ? undefined : cell.shape,
  dimensions: cell.shape.length,
  isScalar: cell.isScalar,
});

/** Whether it is of this type, and has so many dimensions. */
export const isOfKind = (column: Column, cell: Cell): boolean =>
  column.code === elementCode(cell.data) && column.dimensions === cell.shape.length;

export function fits(column: Column, cell: Cell): boolean {
  if (!isOfKind(column, cell)) return false;
  if (column.shape === undefined) return true;
  return !cell.isRagged && column.shape.every((extent, index) => extent === cell.shape[index]);
}

/** The same without types that HDF5 does not have here. */
function storable(data: TypedArray): TypedArray {
  if (data instanceof Uint8ClampedArray) return new Uint8Array(data.buffer, data.byteOffset, data.length);
  return data[Symbol.toStringTag] === ('Float16Array' as string)
    ? Float32Array.from(data as Float32Array)
    : data;
}

const DEPTH_MAX = 8;

function addSmall(cells: Cell[], path: string, values: object, depth: number): void {
  for (const [key, value] of Object.entries(values) as [string, unknown][]) {
    const at = `${path}/${escaped(key)}`;
    if (value === undefined || value === null) continue;
    if (isPlain(value) && depth < DEPTH_MAX) addSmall(cells, at, value, depth + 1);
    else cells.push({ path: at, ...smallCell(value) });
  }
}

function smallCell(value: unknown): Omit<Cell, 'path'> {
  const scalar = (data: TypedArray): Omit<Cell, 'path'> => ({
    data,
    shape: [],
    isScalar: true,
    isRagged: false,
  });
  if (typeof value === 'number') return scalar(Float64Array.of(value));
  if (typeof value === 'boolean') return scalar(Uint8Array.of(value ? 1 : 0));
  if (typeof value === 'bigint' && BigInt.asIntN(64, value) === value) return scalar(BigInt64Array.of(value));
  if (value instanceof Date) return scalar(Float64Array.of(value.getTime()));
  if (elementCode(value) !== 0) {
    const data = storable(value as TypedArray);
    return { data, shape: [data.length], isScalar: false, isRagged: false };
  }
  const text = typeof value === 'string' ? value : JSON.stringify(value, plainly);
  const bytes = new TextEncoder().encode(text);
  return { data: bytes, shape: [bytes.length], isScalar: false, isRagged: true };
}

function plainly(_: string, value: unknown): unknown {
  if (typeof value === 'bigint') return String(value);
  if (value instanceof Map || value instanceof Set) return [...(value as Iterable<unknown>)];
  return elementCode(value) === 0 ? value : Array.from(value as Float64Array, (each) => plainly('', each));
}

function isPlain(value: unknown): value is object {
  if (typeof value !== 'object' || value === null) return false;
  return Object.getPrototypeOf(value) === Object.prototype;
}

/** No name is a path. */
function escaped(name: string): string {
  if (/^\.*$/.test(name)) return `%${name}`;
  return name.replace(/[%/\0]/g, (character) => `%${character.charCodeAt(0).toString(16).padStart(2, '0')}`);
}
