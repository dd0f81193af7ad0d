/** One HDF5 file with columns that are fixed, as SWMR wants it: readable while it is written, and after a crash. */
import { closeSync, fdatasyncSync, openSync } from 'node:fs';
import { File } from 'h5wasm/node';
import type { H5Module } from './hdf5-module.ts';
import type { TypedArray } from '../../index.ts';
import { elementClass } from '../update/element-types.ts';
import type { Cell, Column } from './hdf5-columns.ts';
import { fits, isOfKind } from './hdf5-columns.ts';
import { type DatasetNames, datasetNames } from './hdf5-dataset-names.ts';
import { GrowingDataset } from './hdf5-dataset.ts';
import { fillMissing } from './missing-values.ts';
import { StoreLock } from './store-lock.ts';

/** Of the row itself. */
export interface RowHead {
  readonly client: number;
  readonly rank: number;
  readonly run: number;
  readonly step: number;
  readonly sequence: number;
  readonly sentAt: number;
  readonly receivedAt: number;
}

const INT32 = 6;
const FLOAT64 = 9;
const INT64 = 10;

export class Hdf5Part {
  readonly path: string;
  /** By path: one for each of its kinds. */
  readonly #columns = new Map<string, Column[]>();
  readonly #module: H5Module;
  readonly #lock: StoreLock;
  readonly #file: File;
  /** h5wasm flushes to the system, not to the disk. */
  readonly #descriptor: number;
  readonly #cells: readonly ColumnWriter[];
  readonly #head: Readonly<Record<string, GrowingDataset>>;
  /** Where it has a row, so have all: see `#publish`. */
  readonly #sequence: GrowingDataset;
  rows: number = 0;

  constructor(module: H5Module, path: string, columns: readonly Column[], part: number, firstRow: number) {
    this.path = path;
    this.#module = module;
    // Whoever recovers the file would put a copy of now in its place.
    this.#lock = StoreLock.take(path);
    this.#file = this.#created();
    this.#descriptor = openSync(path, 'r');
    this.#file.create_attribute('part', part);
    this.#file.create_attribute('first_row', firstRow);
    const names = datasetNames(columns);
    this.#cells = columns.map(
      (column, index) => new ColumnWriter(this.#file, column, names[index] as DatasetNames),
    );
    for (const column of columns) {
      const kinds = this.#columns.get(column.path);
      if (kinds === undefined) this.#columns.set(column.path, [column]);
      else kinds.push(column);
    }
    const head = (name: string, code: number): GrowingDataset =>
      new GrowingDataset(this.#file, `update/${name}`, code, []);
    this.#head = {
      client: head('client', INT32),
      rank: head('rank', INT32),
      step: head('step', INT32),
      run: head('run', INT64),
      sent_at: head('sent_at', FLOAT64),
      received_at: head('received_at', FLOAT64),
    };
    this.#sequence = head('sequence', INT64);
    this.#file.start_swmr_write();
  }

  takes(cells: readonly Cell[]): boolean {
    return cells.every((cell) => this.#columns.get(cell.path)?.some((column) => fits(column, cell)) === true);
  }

  append(row: RowHead, cells: readonly Cell[]): void {
    const byPath = new Map(cells.map((cell) => [cell.path, cell]));
    for (const writer of this.#cells) writer.append(byPath.get(writer.column.path));
    const { client, rank, step, run, sent_at, received_at } = this.#head;
    client?.append(Int32Array.of(row.client));
    rank?.append(Int32Array.of(row.rank));
    step?.append(Int32Array.of(row.step));
    run?.append(BigInt64Array.of(BigInt(row.run)));
    sent_at?.append(Float64Array.of(row.sentAt));
    received_at?.append(Float64Array.of(row.receivedAt));
    if (this.#sequence.isFull) this.#publish();
    this.#sequence.append(BigInt64Array.of(BigInt(row.sequence)));
    this.rows += 1;
  }

  /** Everything to the disk. */
  flush(): void {
    this.#publish();
    fdatasyncSync(this.#descriptor);
  }

  /**
   * HDF5 flushes datasets in an order of its own. Whoever reads meanwhile, or what is left of a writer killed meanwhile, must
   * not say more rows than there are: the others' rows are in the file before `sequence` has theirs.
   */
  #publish(): void {
    for (const writer of this.#cells) writer.flush();
    for (const dataset of Object.values(this.#head)) dataset.flush();
    this.#flushFile();
    this.#sequence.flush();
    this.#flushFile();
  }

  #flushFile(): void {
    if (this.#module.flush(this.#file.file_id) < 0) throw new Error('HDF5 could not flush the file');
  }

  close(): void {
    try {
      this.flush();
    } finally {
      this.#file.close();
      closeSync(this.#descriptor);
      this.#lock.release();
    }
  }

  #created(): File {
    try {
      return new File(this.path, 'x', { libver: 'v110' });
    } catch (error) {
      this.#lock.release();
      throw error;
    }
  }
}

/** A column with its companions. */
class ColumnWriter {
  readonly column: Column;
  readonly #values: GrowingDataset;
  readonly #length: GrowingDataset | null;
  readonly #shape: GrowingDataset | null;
  /** A row that has nothing, made when it is first needed. */
  #missing: TypedArray | null = null;

  constructor(file: File, column: Column, { values, length, shape }: DatasetNames) {
    this.column = column;
    this.#values = new GrowingDataset(file, values, column.code, column.shape ?? []);
    this.#length = length === undefined ? null : new GrowingDataset(file, length, INT32, []);
    this.#shape = shape === undefined ? null : new GrowingDataset(file, shape, INT32, [column.dimensions]);
  }

  append(found: Cell | undefined): void {
    const cell = found !== undefined && isOfKind(this.column, found) ? found : undefined;
    if (this.#length === null) return this.#values.append(cell?.data ?? this.#nothing());
    if (cell !== undefined) this.#values.append(cell.data);
    this.#length.append(Int32Array.of(cell?.data.length ?? 0));
    this.#shape?.append(
      cell === undefined ? new Int32Array(this.column.dimensions) : Int32Array.from(cell.shape),
    );
  }

  flush(): void {
    this.#values.flush();
    this.#shape?.flush();
    this.#length?.flush();
  }

  #nothing(): TypedArray {
    if (this.#missing === null) {
      const { code, shape = [] } = this.column;
      const Class = elementClass(code) as NonNullable<ReturnType<typeof elementClass>>;
      this.#missing = new Class(shape.reduce((product, extent) => product * extent, 1));
      fillMissing(this.#missing);
    }
    return this.#missing;
  }
}
