/** Rows into one part after the other: a part for as long as its columns fit, then the next one. */
import { ColumnPlan } from './hdf5-column-plan.ts';
import type { Cell } from './hdf5-columns.ts';
import type { H5Module } from './hdf5-module.ts';
import { partPath, type SeriesName } from './hdf5-names.ts';
import { Hdf5Part, type RowHead } from './hdf5-part.ts';

export class Hdf5Series {
  readonly #module: H5Module;
  readonly #path: string;
  readonly #name: SeriesName;
  readonly #files: string[];
  #plan = new ColumnPlan();
  #part: Hdf5Part | null = null;
  #parts = 0;
  #rowsBefore = 0;

  /** `files`: where it says which ones it has made. */
  constructor(module: H5Module, path: string, name: SeriesName, files: string[]) {
    this.#module = module;
    this.#path = path;
    this.#name = name;
    this.#files = files;
  }

  append(row: RowHead, cells: readonly Cell[]): void {
    const part = this.#part?.takes(cells) === true ? this.#part : this.#nextPart(cells);
    part.append(row, cells);
    // A reader may come at once.
    if (part.rows === 1) part.flush();
  }

  flush(): void {
    this.#part?.flush();
  }

  /** Further rows begin a part. */
  close(): void {
    this.#endPart();
    this.#plan = new ColumnPlan();
  }

  #nextPart(cells: readonly Cell[]): Hdf5Part {
    this.#endPart();
    this.#plan.widen(cells);
    this.#parts += 1;
    const path = partPath(this.#path, this.#name, this.#parts);
    this.#part = new Hdf5Part(this.#module, path, this.#plan.columns, this.#parts, this.#rowsBefore);
    this.#files.push(path);
    return this.#part;
  }

  #endPart(): void {
    const part = this.#part;
    this.#part = null;
    if (part === null) return;
    this.#rowsBefore += part.rows;
    part.close();
  }
}
