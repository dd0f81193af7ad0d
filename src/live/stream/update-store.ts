/** Where a master puts what it receives. */
import type { PooledBuffer } from '../update/buffer-pool.ts';
import type { Frame } from '../update/frame-decoder.ts';
import type { UpdateOrigin } from '../update/update.ts';
import type { ClientEvent, RunEvent } from './master-events.ts';

/** One frame of one client, as it came. */
export interface StoreRecord {
  readonly client: UpdateOrigin;
  readonly frame: Frame;
  /** The frame's memory: a store that reads it later retains it, and releases it then. */
  readonly buffer: PooledBuffer;
  /** Milliseconds since 1970. */
  readonly receivedAt: number;
}

/** What the master has found out by itself. */
export type StoreNote =
  | RunEvent
  | ClientEvent
  /** Ahead of all others. `silentHoldsRun`: runs wait for silent clients. */
  | { readonly type: 'streamOpened'; readonly silentHoldsRun: boolean }
  /** The stream has taken a client on; `expected`: runs wait for it from the start. */
  | { readonly type: 'clientExpected'; readonly client: UpdateOrigin; readonly expected: boolean };

export interface UpdateStore {
  /** Its name in errors. */
  readonly name: string;
  /**
   * Takes a record; a promise means that it has too much to write, and the master receives nothing until it resolves. Calls
   * `stored` once, in the order of the records, when the record will survive; or with an error, from then on with each.
   */
  append(record: StoreRecord, stored: (error: Error | null) => void): Promise<void> | undefined;
  /** Comes among the records where it happened; `at` in milliseconds since 1970. */
  note?(note: StoreNote, at: number): void;
  /** Resolves when everything is stored; rejects where something is not. */
  close(): Promise<void>;
}
