/**
 * Updates into an HDF5 file, one row each, in a thread of its own. The file can be read while it grows (SWMR), and after a crash
 * holds all that was stored ({@link recoverHdf5}).
 */
import { resolve } from 'node:path';
import { Worker } from 'node:worker_threads';
import { MPIError } from '../../index.ts';
import { Deferred } from '../stream/deferred.ts';
import type { StoreNote, StoreRecord, UpdateStore } from '../stream/update-store.ts';
import { BYE, DATA } from '../update/frame-kinds.ts';
import type { FromWorker, Hdf5WorkerData, ToWorker } from './hdf5-messages.ts';
import { filesOf } from './hdf5-names.ts';
import type { Stored } from './journal-batch.ts';
import { RowMemories } from './row-memories.ts';
import { storeError } from './store-errors.ts';

export interface Hdf5Options {
  /** Files of its own for each run (`out-run0001.h5`): false by default. A run's files are closed when it has ended; what comes late
   * goes into a further part. */
  readonly perRun?: boolean;
  /** Rows are on the disk, and visible to readers, after so many milliseconds at the latest: 1000 by default. A flush writes
   * to every column, and costs more than the rows of a quiet stream. */
  readonly flushMs?: number;
  /** Where more waits to be written the master receives nothing: 64 MiB by default. */
  readonly pendingBytesMax?: number;
}

/**
 * Opens an HDF5 file for updates. A row that has a new name, or another type under an old one, begins a part: `out-part2.h5`.
 *
 * @throws {MPIError} MPI_ERR_FILE_EXISTS where the file, or one that it may come to make, is there already.
 */
export function openHdf5(path: string, options: Hdf5Options = {}): Hdf5Store {
  const [there, ...others] = filesOf(path);
  if (there !== undefined) {
    const which = there === path ? 'it' : `"${there}"`;
    const more = others.length === 0 ? '' : `, and ${others.length} more of that name`;
    throw new MPIError(
      'MPI_ERR_FILE_EXISTS',
      `Cannot open "${path}" for new updates: ${which} is there already${more}; move it away`,
    );
  }
  return new Hdf5Store(resolve(path), options);
}

export class Hdf5Store implements UpdateStore {
  readonly name: string;
  readonly #pendingBytesMax: number;
  readonly #perRun: boolean;
  readonly #worker: Worker;
  readonly #ended = new Deferred();
  /** Of rows that are not stored yet, in order. */
  #waiting: Stored[] = [];
  #storedRows = 0;
  readonly #memories = new RowMemories({
    added: (number, buffer) => this.#post({ type: 'memory', number, buffer }),
    dropped: (number) => this.#post({ type: 'drop', number }),
  });
  #files: readonly string[] = [];
  #pendingBytes = 0;
  #room: Deferred | null = null;
  #failure: MPIError | null = null;
  #closing: Promise<void> | null = null;

  constructor(path: string, options: Hdf5Options) {
    const { perRun = false, flushMs = 1000, pendingBytesMax = 2 ** 26 } = options;
    this.name = `HDF5 file "${path}"`;
    this.#pendingBytesMax = pendingBytesMax;
    this.#perRun = perRun;
    const workerData: Hdf5WorkerData = {
      path,
      perRun,
      flushMs,
      takenBytes: Math.min(2 ** 20, pendingBytesMax / 4),
    };
    this.#worker = new Worker(new URL('./hdf5-worker.js', import.meta.url), { workerData });
    this.#worker.on('message', (message: FromWorker) => this.#hear(message));
    this.#worker.on('error', (error) => this.#fail(error));
    this.#worker.on('exit', () => {
      if (this.#closing === null) this.#fail(new Error('its thread has ended'));
      this.#ended.resolve();
    });
  }

  /** What was written so far, the first part first. */
  get files(): readonly string[] {
    return this.#files;
  }

  append({ client, frame, receivedAt }: StoreRecord, stored: Stored): Promise<void> | undefined {
    if (this.#failure === null && this.#closing !== null)
      this.#failure = new MPIError('MPI_ERR_IO', `Cannot write to ${this.name}: it is closed`);
    if (this.#failure !== null) {
      stored(this.#failure);
      return undefined;
    }
    // Begins and ends are in the rows.
    if (frame.kind !== DATA) {
      if (this.#waiting.length === 0) stored(null);
      else this.#after(stored);
      // It waits to hear that all is stored.
      if (frame.kind === BYE) this.#post({ type: 'flush' });
      return undefined;
    }
    const length = frame.bytes.byteLength;
    const { number: memory, bytes } = this.#memories.take(length);
    bytes.set(frame.bytes);
    this.#waiting.push(stored);
    this.#pendingBytes += length;
    this.#post({ type: 'row', memory, length, client: client.id, receivedAt });
    if (this.#pendingBytes <= this.#pendingBytesMax) return undefined;
    this.#room ??= new Deferred();
    return this.#room.promise;
  }

  note(note: StoreNote): void {
    if (note.type === 'runEnded' && this.#perRun && this.#closing === null)
      this.#post({ type: 'runEnded', run: note.run });
  }

  /** Runs are counted anew from here on: those that come bear the session's number in their names. */
  beginSession(): void {
    this.#post({ type: 'session' });
  }

  /** Resolves when the files are closed; rejects where something could not be stored. */
  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  async #close(): Promise<void> {
    this.#post({ type: 'close' });
    await this.#ended.promise;
    if (this.#failure !== null) throw this.#failure;
  }

  #hear(message: FromWorker): void {
    switch (message.type) {
      case 'taken':
        this.#pendingBytes -= message.length;
        for (const memory of message.memories) this.#memories.giveBack(memory);
        if (this.#pendingBytes <= this.#pendingBytesMax / 2) {
          this.#room?.resolve();
          this.#room = null;
        }
        return;
      case 'stored': {
        const count = message.rows - this.#storedRows;
        this.#storedRows = message.rows;
        this.#files = message.files;
        for (const stored of this.#waiting.splice(0, count)) stored(null);
        return;
      }
      case 'failed':
        return this.#fail(new Error(message.message));
      case 'closed':
        return;
    }
  }

  /** Nothing but rows waits in the list: what is no row is stored with the one before it. */
  #after(stored: Stored): void {
    const last = this.#waiting.length - 1;
    const before = this.#waiting[last];
    this.#waiting[last] = (error) => {
      before?.(error);
      stored(error);
    };
  }

  #fail(cause: Error): void {
    this.#failure ??= storeError(`write to ${this.name}`, cause);
    this.#room?.resolve();
    this.#room = null;
    for (const stored of this.#waiting.splice(0)) stored(this.#failure);
  }

  #post(message: ToWorker): void {
    this.#worker.postMessage(message);
  }
}
