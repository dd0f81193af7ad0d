/**
 * Where events come out of a master, one at a time, to listeners and to the loop that asks for the next. The update that the loop
 * has is released when it asks again, unless it was kept.
 */
import type { Update } from '../update/update.ts';
import { Deferred } from './deferred.ts';
import type { MasterEvent } from './master-events.ts';

/** Makes events: true where it may have made some, a promise where it had to wait for it; false where it has nothing to do. */
export type EventSource = () => boolean | Promise<boolean>;

export class EventOutlet {
  readonly #events: MasterEvent[] = [];
  readonly #listeners = new Set<(event: MasterEvent) => void>();
  #news: Deferred | null = null;
  #current: Update | null = null;

  tell(event: MasterEvent): void {
    this.#events.push(event);
    this.wake();
  }

  /** Something has changed: whoever waits looks again. */
  wake(): void {
    const news = this.#news;
    this.#news = null;
    news?.resolve();
  }

  subscribe(listener: (event: MasterEvent) => void): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  /** The next event, at once where it is there; undefined when there is none and `isOver` says that none will come. */
  next(
    source: EventSource,
    isOver: () => boolean,
  ): MasterEvent | undefined | Promise<MasterEvent | undefined> {
    this.releaseCurrent();
    for (;;) {
      const event = this.#events.shift();
      if (event !== undefined) return this.#deliver(event);
      const made = source();
      if (made === true) continue;
      if (made === false && isOver()) return undefined;
      return this.#nextAfter(made, source, isOver);
    }
  }

  async #nextAfter(
    made: false | Promise<boolean>,
    source: EventSource,
    isOver: () => boolean,
  ): Promise<MasterEvent | undefined> {
    if (made === false || !(await made)) {
      this.#news ??= new Deferred();
      await this.#news.promise;
    }
    return this.next(source, isOver);
  }

  releaseCurrent(): void {
    const update = this.#current;
    this.#current = null;
    if (update !== null && !update.kept) update.release();
  }

  #deliver(event: MasterEvent): MasterEvent {
    if (event.type === 'update') this.#current = event;
    for (const listener of this.#listeners) listener(event);
    return event;
  }
}
