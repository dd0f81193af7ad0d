/** Rows into HDF5 files: a part for as long as its columns fit, then the next one. */
import type { Frame } from '../update/frame-decoder.ts';
import { cellsOf, type Column, widened } from './hdf5-columns.ts';
import type { H5Module } from './hdf5-module.ts';
import { Hdf5Part } from './hdf5-part.ts';

export class Hdf5Writer {
  readonly files: string[] = [];
  readonly #module: H5Module;
  readonly #path: string;
  readonly #perRun: boolean;
  #part: Hdf5Part | null = null;
  #run = -1;
  #parts = 0;
  #rowsBefore = 0;

  /** `perRun`: each run has files of its own. */
  constructor(module: H5Module, path: string, perRun: boolean) {
    this.#module = module;
    this.#path = path;
    this.#perRun = perRun;
  }

  append(frame: Frame, client: number, receivedAt: number): void {
    const cells = cellsOf(frame);
    if (this.#perRun && frame.run > this.#run) this.#beginRun(frame.run);
    if (this.#part?.takes(cells) !== true) {
      const columns: ReadonlyMap<string, Column> = this.#part?.columns ?? new Map<string, Column>();
      this.#endPart();
      this.#parts += 1;
      const path = partPath(this.#path, this.#perRun ? this.#run : undefined, this.#parts);
      this.#part = new Hdf5Part(this.#module, path, widened(columns, cells), this.#parts, this.#rowsBefore);
      this.files.push(path);
    }
    const { rank, run, step, sequence, time } = frame;
    this.#part.append({ client, rank, run, step, sequence, sentAt: time, receivedAt }, cells);
    // A reader may come at once.
    if (this.#part.rows === 1) this.#part.flush();
  }

  flush(): void {
    this.#part?.flush();
  }

  close(): void {
    this.#endPart();
  }

  #beginRun(run: number): void {
    this.#endPart();
    this.#run = run;
    this.#parts = 0;
    this.#rowsBefore = 0;
  }

  #endPart(): void {
    const part = this.#part;
    this.#part = null;
    if (part === null) return;
    this.#rowsBefore += part.rows;
    part.close();
  }
}

/** `out.h5`, `out-part2.h5`; `out-run0007.h5`, `out-run0007-part2.h5`. */
function partPath(path: string, run: number | undefined, part: number): string {
  const [, stem = path, ending = ''] = /^(.*?)(\.[^./]+)?$/s.exec(path) ?? [];
  const ofRun = run === undefined ? '' : `-run${String(run).padStart(4, '0')}`;
  return `${stem}${ofRun}${part === 1 ? '' : `-part${part}`}${ending}`;
}
