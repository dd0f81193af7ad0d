/** All clients of a master: those that are there, and some of those that were. */
import { ClientEntry, type ClientPeer, type ClientRow } from './client-entry.ts';
import type { FeedbackMessage } from './wire-tags.ts';

/** Clients that are gone, and still stand in the table. */
const GONE_MAX = 256;

export class ClientTable {
  readonly #entries = new Map<number, ClientEntry>();
  readonly #forgotten: (id: number) => void;
  #lastId = 0;

  /** `forgotten` hears of clients that the table does not show any more. */
  constructor(forgotten: (id: number) => void) {
    this.#forgotten = forgotten;
  }

  add(name: string, peer: ClientPeer, now: number): ClientEntry {
    this.#lastId += 1;
    const entry = new ClientEntry(this.#lastId, name, peer, now);
    this.#entries.set(entry.id, entry);
    const gone = [...this.#entries.values()].filter(({ isOver }) => isOver);
    for (const { id } of gone.slice(0, -GONE_MAX)) {
      this.#entries.delete(id);
      this.#forgotten(id);
    }
    return entry;
  }

  all(): IterableIterator<ClientEntry> {
    return this.#entries.values();
  }

  rows(now: number): ClientRow[] {
    return Array.from(this.#entries.values(), (entry) => entry.row(now));
  }

  /** To those that have said who they are, or to some of them. One that has not come yet is told when it does. */
  say(message: FeedbackMessage, ids?: readonly number[]): void {
    for (const entry of this.#entries.values()) {
      const isMeant = ids === undefined || ids.includes(entry.id);
      if (isMeant && entry.greeted && !entry.isOver) entry.peer.tell(message);
    }
  }
}
