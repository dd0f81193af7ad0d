/** Who has data to copy from or for a peer, so that a round of progress in which nobody has costs one look. */
import type { Inbox } from './inbox.ts';
import type { Outbox } from './outbox.ts';

export class Copying {
  readonly #inboxes = new Set<Inbox>();
  readonly #outboxes = new Set<Outbox>();
  /** False where nothing is lent either way. */
  pending: boolean = false;

  /** This process copies from a peer: that goes on with every round of progress. */
  fetches(inbox: Inbox): void {
    this.#inboxes.add(inbox);
    this.pending = true;
  }

  /** A peer may copy from this process, and be helped. */
  lends(outbox: Outbox): void {
    this.#outboxes.add(outbox);
    this.pending = true;
  }

  get fetching(): boolean {
    return this.#inboxes.size > 0;
  }

  /** True where anything was copied. */
  advance(): boolean {
    let copied = false;
    for (const inbox of this.#inboxes) {
      if (inbox.fetch()) copied = true;
      if (!inbox.fetching) this.#inboxes.delete(inbox);
    }
    for (const outbox of this.#outboxes) {
      if (outbox.help()) copied = true;
      if (!outbox.lends) this.#outboxes.delete(outbox);
    }
    this.pending = this.#inboxes.size + this.#outboxes.size > 0;
    return copied;
  }

  close(): void {
    this.#inboxes.clear();
    this.#outboxes.clear();
    this.pending = false;
  }
}
