/** Hands every frame to the stores before the program sees it, and keeps count of what is stored, client by client. */
import type { PooledBuffer } from '../update/buffer-pool.ts';
import type { Frame } from '../update/frame-decoder.ts';
import type { ClientEntry } from './client-entry.ts';
import * as kind from '../update/frame-kinds.ts';
import type { StoreNote, StoreRecord, UpdateStore } from './update-store.ts';

export interface StoreGateHost {
  /** A store cannot go on; told once for each. */
  storeFailed(error: Error): void;
  /** More of the client's frames are stored than before. */
  stored(entry: ClientEntry): void;
}

export class StoreGate {
  readonly #stores: readonly UpdateStore[];
  readonly #failed = new Set<UpdateStore>();
  readonly #host: StoreGateHost;
  /** While the stores are closed nobody listens to events any more. */
  #untold: Error[] | null = null;

  constructor(stores: readonly UpdateStore[], host: StoreGateHost) {
    this.#stores = stores;
    this.#host = host;
  }

  /** A promise where a store has too much to write. */
  append(entry: ClientEntry, frame: Frame, buffer: PooledBuffer): Promise<unknown> | undefined {
    if (this.#stores.length === 0 || frame.kind === kind.HEARTBEAT) return undefined;
    const record: StoreRecord = { client: entry.client, frame, buffer, receivedAt: entry.lastSeen };
    const waits: Promise<unknown>[] = [];
    entry.storing += 1;
    this.#stores.forEach((store, index) => {
      const note = (error: Error | null): void => {
        if (error !== null) this.#fail(store, error);
        if (index > 0) return;
        entry.storing -= 1;
        if (error !== null) entry.notStored ??= error;
        else if (frame.kind === kind.DATA) entry.stored += 1;
        this.#host.stored(entry);
      };
      try {
        const wait = store.append(record, note);
        if (wait !== undefined) waits.push(wait.catch(() => undefined));
      } catch (error) {
        note(error instanceof Error ? error : new Error(String(error)));
      }
    });
    return waits.length === 0 ? undefined : Promise.all(waits);
  }

  note(note: StoreNote, at: number): void {
    for (const store of this.#stores) store.note?.(note, at);
  }

  /** Closes all; rejects where one fails that has not failed before, or has failed with one of these errors, which nobody has heard. */
  async close(unheard: readonly Error[]): Promise<void> {
    const errors: Error[] = (this.#untold = [...unheard]);
    for (const store of this.#stores) {
      try {
        await store.close();
      } catch (error) {
        this.#fail(store, error instanceof Error ? error : new Error(String(error)));
      }
    }
    if (errors.length > 1) throw new AggregateError(errors, 'Several stores of the stream have failed');
    if (errors[0] !== undefined) throw errors[0];
  }

  #fail(store: UpdateStore, error: Error): void {
    if (this.#failed.has(store)) return;
    this.#failed.add(store);
    if (this.#untold === null) this.#host.storeFailed(error);
    else this.#untold.push(error);
  }
}
