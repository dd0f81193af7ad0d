/** All clients of a master: those that are there, and some of those that were. */
import { ClientEntry, type ClientPeer, type ClientRow } from './client-entry.ts';
import { mergedFeedback } from './merged-feedback.ts';
import type { FeedbackMessage } from './wire-tags.ts';

/** Clients that are gone, and still stand in the table. */
const GONE_MAX = 256;

export class ClientTable {
  readonly #entries = new Map<number, ClientEntry>();
  readonly #forgotten: (id: number) => void;
  /** What those are to be told that have not said yet who they are. */
  readonly #untold = new Map<ClientEntry, FeedbackMessage>();
  #lastId = 0;

  /** `forgotten` hears of clients that the table does not show any more. */
  constructor(forgotten: (id: number) => void) {
    this.#forgotten = forgotten;
  }

  add(name: string, peer: ClientPeer, now: number): ClientEntry {
    this.#lastId += 1;
    const entry = new ClientEntry(this.#lastId, name, peer, now);
    this.#entries.set(entry.id, entry);
    for (const each of this.#untold.keys()) if (each.isOver) this.#untold.delete(each);
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

  /** To all of them, or to some. One that has not said yet who it is hears it when it does. */
  say(message: FeedbackMessage, ids?: readonly number[]): void {
    for (const entry of this.#entries.values()) {
      const isMeant = ids === undefined || ids.includes(entry.id);
      if (!isMeant || entry.isOver) continue;
      const untold = this.#untold.get(entry);
      if (entry.greeted) entry.peer.tell(message);
      else this.#untold.set(entry, untold === undefined ? message : mergedFeedback(untold, message));
    }
  }

  /** The client has said who it is: it hears what was said to it before. */
  greeted(entry: ClientEntry): void {
    const untold = this.#untold.get(entry);
    if (untold !== undefined) entry.peer.tell(untold);
    this.#untold.delete(entry);
  }
}
