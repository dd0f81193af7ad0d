/**
 * One growing dataset of an HDF5 file. Short rows are gathered and written together, since each write costs as much as some
 * thousand values; long ones are written at once, one by one, which is faster than together.
 */
import type { Dataset, Group } from 'h5wasm/node';
import type { TypedArray } from '../../index.ts';
import { elementClass } from '../update/element-types.ts';

const GATHERED_BYTES = 65_536;
const CHUNK_ROWS_MAX = 4096;

export class GrowingDataset {
  readonly #dataset: Dataset;
  readonly #rowShape: readonly number[];
  readonly #rowElements: number;
  readonly #gathered: TypedArray;
  #waiting = 0;
  #rows = 0;

  /** `rowShape`: of one row; empty where each row is one value. Has to be made before SWMR begins. */
  constructor(file: Group, path: string, code: number, rowShape: readonly number[]) {
    const Class = elementClass(code);
    if (Class === undefined) throw new Error(`no class of typed arrays has the code ${code}`);
    this.#rowShape = rowShape;
    this.#rowElements = rowShape.reduce((product, extent) => product * extent, 1);
    const rowBytes = Math.max(1, this.#rowElements * Class.BYTES_PER_ELEMENT);
    const rows = Math.min(CHUNK_ROWS_MAX, Math.max(1, Math.floor(GATHERED_BYTES / rowBytes)));
    this.#gathered = new Class(rows * this.#rowElements);
    makeGroups(file, path);
    this.#dataset = file.create_dataset({
      name: path,
      // The type is taken from it: dtype strings such as '<f8' mean something else than they say.
      data: new Class(0) as Float64Array,
      shape: [0, ...rowShape],
      maxshape: [null, ...rowShape],
      // No chunk may be empty, but a row may.
      chunks: [rows, ...rowShape.map((extent) => Math.max(1, extent))],
    });
  }

  /** Rows, written or not. */
  get rows(): number {
    return this.#rows + this.#waiting;
  }

  /** One more row has what was gathered written first. */
  get isFull(): boolean {
    return (this.#waiting + 1) * this.#rowElements > this.#gathered.length;
  }

  /** Whole rows. */
  append(data: TypedArray): void {
    const rows = this.#rowElements === 0 ? 1 : data.length / this.#rowElements;
    if ((this.#waiting + rows) * this.#rowElements > this.#gathered.length) this.flush();
    if (rows * this.#rowElements > this.#gathered.length / 2) {
      this.flush();
      return this.#write(data, rows);
    }
    (this.#gathered as Float64Array).set(data as Float64Array, this.#waiting * this.#rowElements);
    this.#waiting += rows;
  }

  flush(): void {
    const rows = this.#waiting;
    if (rows === 0) return;
    this.#waiting = 0;
    this.#write(this.#gathered.subarray(0, rows * this.#rowElements), rows);
  }

  #write(data: TypedArray, rows: number): void {
    if (rows === 0) return;
    const first = this.#rows;
    this.#rows += rows;
    this.#dataset.resize([this.#rows, ...this.#rowShape]);
    if (data.length === 0) return;
    const whole = this.#rowShape.map((extent): [number, number] => [0, extent]);
    this.#dataset.write_slice([[first, this.#rows], ...whole], data);
  }
}

function makeGroups(file: Group, path: string): void {
  const names = path.split('/').slice(0, -1);
  names.forEach((_, index) => {
    const group = names.slice(0, index + 1).join('/');
    const parent = index === 0 ? file : (file.get(names.slice(0, index).join('/')) as Group);
    if (!parent.keys().includes(names[index] ?? '')) file.create_group(group);
  });
}
