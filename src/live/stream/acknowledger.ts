/** What the master gives back to its clients: credits for what was taken, the count of what is stored, the last farewell. */
import type { ClientEntry } from './client-entry.ts';

/** From one answer of what is stored to the next at least: each costs its client a wake-up. */
const STORED_MS = 100;

export class Acknowledger {
  readonly #changed: () => void;
  readonly #storing = new Set<ClientEntry>();
  /** What is stored was told lately. */
  #quiet: NodeJS.Timeout | null = null;
  #isTelling = false;

  /** `changed` is called after answers that somebody may have waited for. */
  constructor(changed: () => void) {
    this.#changed = changed;
  }

  /** Answers are still to be given. */
  get isBusy(): boolean {
    return this.#storing.size > 0;
  }

  /** An update was taken: a quarter of the window, in updates or in bytes, goes back at once. */
  taken(entry: ClientEntry, bytes: number): void {
    entry.owed += 1;
    entry.owedBytes += bytes;
    if (4 * entry.owed < entry.window && 4 * entry.owedBytes < entry.windowBytes) return;
    entry.peer.acknowledge(entry.owed, entry.stored, 0);
    entry.owed = entry.owedBytes = 0;
  }

  /** More of the client is stored. Many updates become so at once: one answer says it. Who wants to leave hears it at once. */
  stored(entry: ClientEntry): void {
    // Somebody may wait for the answer alone, with nothing else to keep the process alive.
    if (this.#storing.size === 0) this.#quiet?.ref();
    this.#storing.add(entry);
    if (this.#isTelling || (this.#quiet !== null && entry.state !== 'left')) return;
    this.#isTelling = true;
    queueMicrotask(() => this.#tellStored());
  }

  /** The last word to a client that has left, when all that it sent is stored, or when that has failed. */
  dismiss(entry: ClientEntry): void {
    if (entry.state !== 'left' || entry.storing > 0 || entry.dismissed) return;
    entry.dismissed = true;
    entry.peer.acknowledge(0, entry.stored, 0);
    const { notStored } = entry;
    entry.peer.tell({ farewell: true, ...(notStored === null ? {} : { notStored: notStored.message }) });
    entry.peer.hangUp();
    this.#changed();
  }

  #tellStored(): void {
    this.#isTelling = false;
    clearTimeout(this.#quiet ?? undefined);
    this.#quiet = setTimeout(() => {
      this.#quiet = null;
      if (this.#storing.size > 0) this.#tellStored();
    }, STORED_MS).unref();
    for (const entry of this.#storing) {
      if (!entry.isOver) entry.peer.acknowledge(0, entry.stored, 0);
      this.dismiss(entry);
    }
    this.#storing.clear();
    this.#changed();
  }
}
