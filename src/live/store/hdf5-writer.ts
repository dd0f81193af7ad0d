/**
 * Rows into HDF5 files. Where each run has files of its own, those of several runs are open at a time, since a client may be a run
 * ahead of another one:
 *
 *     client 1   run 1 ─────── │ run 2 ────────────     out-run0001.h5, out-run0002.h5
 *     client 2   run 1 ──────────────────── │ run 2     out-run0001.h5 until here
 */
import type { Frame } from '../update/frame-decoder.ts';
import { cellsOf } from './hdf5-columns.ts';
import type { H5Module } from './hdf5-module.ts';
import { Hdf5Series } from './hdf5-series.ts';

/** Files that are open at a time: each holds the chunks that it writes to in memory. */
const OPEN_MAX = 4;
const ALL_RUNS = -1;

export class Hdf5Writer {
  readonly files: string[] = [];
  readonly #module: H5Module;
  readonly #path: string;
  readonly #perRun: boolean;
  /** Of the session under way, by run. */
  readonly #series = new Map<number, Hdf5Series>();
  /** Runs whose file is open, the one that was written to last at the end. */
  readonly #open = new Set<number>();
  #session = 1;

  /** `perRun`: each run has files of its own. */
  constructor(module: H5Module, path: string, perRun: boolean) {
    this.#module = module;
    this.#path = path;
    this.#perRun = perRun;
  }

  append(frame: Frame, client: number, receivedAt: number): void {
    const { rank, run, step, sequence, time } = frame;
    const key = this.#perRun ? run : ALL_RUNS;
    const series = this.#opened(key);
    series.append({ client, rank, run, step, sequence, sentAt: time, receivedAt }, cellsOf(frame));
  }

  flush(): void {
    for (const key of this.#open) this.#series.get(key)?.flush();
  }

  /** Nothing but what is late comes of it any more, and goes into a further part. */
  endRun(run: number): void {
    if (this.#perRun) this.#close(run);
  }

  /** Runs are counted anew. */
  beginSession(): void {
    if (!this.#perRun || this.#series.size === 0) return;
    this.close();
    this.#series.clear();
    this.#session += 1;
  }

  close(): void {
    for (const key of this.#open) this.#close(key);
  }

  #opened(key: number): Hdf5Series {
    let series = this.#series.get(key);
    if (series === undefined) {
      const name = { run: this.#perRun ? key : undefined, session: this.#session };
      series = new Hdf5Series(this.#module, this.#path, name, this.files);
      this.#series.set(key, series);
    }
    // The last one that was written to is the last to be closed.
    this.#open.delete(key);
    this.#open.add(key);
    const [oldest = key] = this.#open;
    if (this.#open.size > OPEN_MAX) this.#close(oldest);
    return series;
  }

  #close(key: number): void {
    if (this.#open.delete(key)) this.#series.get(key)?.close();
  }
}
