/** Hands every frame to the stores before the program sees it, and keeps count of what is stored, client by client. */
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

  constructor(stores: readonly UpdateStore[], host: StoreGateHost) {
    this.#stores = stores;
    this.#host = host;
  }

  get isEmpty(): boolean {
    return this.#stores.length === 0;
  }

  /** A promise where a store has too much to write. */
  append(entry: ClientEntry, record: StoreRecord): Promise<unknown> | undefined {
    if (record.frame.kind === kind.HEARTBEAT) return undefined;
    const waits: Promise<unknown>[] = [];
    entry.storing += 1;
    this.#stores.forEach((store, index) => {
      const note = (error: Error | null): void => {
        if (error !== null) this.#fail(store, error);
        if (index > 0) return;
        entry.storing -= 1;
        if (error === null && record.frame.kind === kind.DATA) entry.stored += 1;
        this.#host.stored(entry);
      };
      try {
        const wait = store.append(record, note);
        if (wait !== undefined) waits.push(wait.catch(() => undefined));
      } catch (error) {
        note(error instanceof Error ? error : new Error(String(error)));
      }
    });
    if (this.isEmpty) entry.storing -= 1;
    return waits.length === 0 ? undefined : Promise.all(waits);
  }

  note(note: StoreNote, at: number): void {
    for (const store of this.#stores) store.note?.(note, at);
  }

  /** Closes all; their failures have been told of, or are now. */
  async close(): Promise<void> {
    for (const store of this.#stores) {
      try {
        await store.close();
      } catch (error) {
        this.#fail(store, error instanceof Error ? error : new Error(String(error)));
      }
    }
  }

  #fail(store: UpdateStore, error: Error): void {
    if (this.#failed.has(store)) return;
    this.#failed.add(store);
    this.#host.storeFailed(error);
  }
}
