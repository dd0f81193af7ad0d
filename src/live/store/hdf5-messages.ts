/** What the store and its worker thread say to each other. */

export interface Hdf5WorkerData {
  readonly path: string;
  readonly perRun: boolean;
  readonly flushMs: number;
  /** So many bytes of rows that are written are given back at once, fewer with the next ones. */
  readonly takenBytes: number;
}

export type ToWorker =
  /** A memory that rows will name by its number, until it is dropped. */
  | { readonly type: 'memory'; readonly number: number; readonly buffer: SharedArrayBuffer }
  | { readonly type: 'drop'; readonly number: number }
  | {
      readonly type: 'row';
      /** The number of the memory where it lies from the start on, and stays until that is given back with `taken`. */
      readonly memory: number;
      readonly length: number;
      readonly client: number;
      readonly receivedAt: number;
    }
  | { readonly type: 'runEnded'; readonly run: number }
  /** Runs are counted anew. */
  | { readonly type: 'session' }
  | { readonly type: 'flush' }
  | { readonly type: 'close' };

export type FromWorker =
  /** The memories of some rows, of so many bytes in all. */
  | { readonly type: 'taken'; readonly memories: readonly number[]; readonly length: number }
  /** So many rows, counted from the first, are on the disk. */
  | { readonly type: 'stored'; readonly rows: number; readonly files: readonly string[] }
  | { readonly type: 'failed'; readonly message: string }
  | { readonly type: 'closed' };
