/** What the store and its worker thread say to each other. */

export interface Hdf5WorkerData {
  readonly path: string;
  readonly perRun: boolean;
  readonly flushMs: number;
  /** So many bytes of rows that are written are given back at once, fewer with the next ones. */
  readonly takenBytes: number;
}

export type ToWorker =
  | {
      readonly type: 'row';
      /** Given over, and given back with `taken`. */
      readonly memory: ArrayBuffer;
      readonly length: number;
      readonly client: number;
      readonly receivedAt: number;
    }
  | { readonly type: 'flush' }
  | { readonly type: 'close' };

export type FromWorker =
  /** The memory of some rows, of so many bytes in all. */
  | { readonly type: 'taken'; readonly memories: readonly ArrayBuffer[]; readonly length: number }
  /** So many rows, counted from the first, are on the disk. */
  | { readonly type: 'stored'; readonly rows: number; readonly files: readonly string[] }
  | { readonly type: 'failed'; readonly message: string }
  | { readonly type: 'closed' };
