/** One HDF5 file with columns that are fixed, as SWMR wants it: readable while it is written, and after a crash. */
import { closeSync, fdatasyncSync, openSync } from 'node:fs';
import { File } from 'h5wasm/node';
import type { H5Module } from './hdf5-module.ts';
import type { TypedArray } from '../../index.ts';
import { elementClass } from '../update/element-types.ts';
import type { Cell, Column } from './hdf5-columns.ts';
import { fits } from './hdf5-columns.ts';
import { GrowingDataset } from './hdf5-dataset.ts';
import { fillMissing } from './missing-values.ts';

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
  readonly columns: ReadonlyMap<string, Column>;
  readonly #module: H5Module;
  readonly #file: File;
  /** h5wasm flushes to the system, not to the disk. */
  readonly #descriptor: number;
  readonly #cells = new Map<string, ColumnWriter>();
  readonly #head: Readonly<Record<string, GrowingDataset>>;
  /** Where it has a row, so have all: see `#publish`. */
  readonly #sequence: GrowingDataset;
  rows: number = 0;

  constructor(
    module: H5Module,
    path: string,
    columns: ReadonlyMap<string, Column>,
    part: number,
    firstRow: number,
  ) {
    this.path = path;
    this.columns = columns;
    this.#module = module;
    this.#file = new File(path, 'x', { libver: 'v110' });
    this.#descriptor = openSync(path, 'r');
    this.#file.create_attribute('part', part);
    this.#file.create_attribute('first_row', firstRow);
    for (const column of columns.values()) this.#cells.set(column.path, new ColumnWriter(this.#file, column));
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
    return cells.every((cell) => {
      const column = this.columns.get(cell.path);
      return column !== undefined && fits(column, cell);
    });
  }

  append(row: RowHead, cells: readonly Cell[]): void {
    const byPath = new Map(cells.map((cell) => [cell.path, cell]));
    for (const [path, writer] of this.#cells) writer.append(byPath.get(path));
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
    for (const writer of this.#cells.values()) writer.flush();
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
    }
  }
}

/** A column with its companions. */
class ColumnWriter {
  readonly #column: Column;
  readonly #values: GrowingDataset;
  readonly #length: GrowingDataset | null = null;
  readonly #shape: GrowingDataset | null = null;
  /** A row that has nothing, made when it is first needed. */
  #missing: TypedArray | null = null;

  constructor(file: File, column: Column) {
    const { path, code, shape, dimensions } = column;
    this.#column = column;
    if (shape !== undefined) {
      this.#values = new GrowingDataset(file, path, code, shape);
      return;
    }
    const varied = path.replace(/(?<name>[^/]+)$/, (name) =>
      name.startsWith('var_') ? name : `var_${name}`,
    );
    this.#values = new GrowingDataset(file, varied, code, []);
    this.#length = new GrowingDataset(file, `${varied}_len`, INT32, []);
    if (dimensions > 1) this.#shape = new GrowingDataset(file, `${varied}_shape`, INT32, [dimensions]);
  }

  append(cell: Cell | undefined): void {
    if (this.#length === null) return this.#values.append(cell?.data ?? this.#nothing());
    if (cell !== undefined) this.#values.append(cell.data);
    this.#length.append(Int32Array.of(cell?.data.length ?? 0));
    this.#shape?.append(
      cell === undefined ? new Int32Array(this.#column.dimensions) : Int32Array.from(cell.shape),
    );
  }

  flush(): void {
    this.#values.flush();
    this.#shape?.flush();
    this.#length?.flush();
  }

  #nothing(): TypedArray {
    if (this.#missing === null) {
      const { code, shape = [] } = this.#column;
      const Class = elementClass(code) as NonNullable<ReturnType<typeof elementClass>>;
      this.#missing = new Class(shape.reduce((product, extent) => product * extent, 1));
      fillMissing(this.#missing);
    }
    return this.#missing;
  }
}
