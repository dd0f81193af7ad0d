/**
 * A client's ear for its master: one receive is always posted, and whoever looks first, the event loop or a send, takes what has
 * come.
 */
import { type Message, type Request, waitAnySync } from '../../index.ts';

export interface MasterLineEvents {
  /** [credits given back, updates stored, heartbeats answered] */
  acknowledged(credits: number, stored: number, heartbeats: number): void;
  /** Any other message. */
  said(message: unknown): void;
  failed(reason: unknown): void;
}

export class MasterLine {
  readonly #receive: () => Request<Message>;
  readonly #events: MasterLineEvents;
  #pending: Request<Message> | null;

  constructor(receive: () => Request<Message>, events: MasterLineEvents) {
    this.#receive = receive;
    this.#events = events;
    this.#pending = this.#post();
  }

  /** Takes what is there; never waits. */
  poll(): void {
    while (this.#pending !== null) {
      let answer: { value: Message } | undefined;
      try {
        answer = this.#pending.test();
      } catch (error) {
        return this.#events.failed(error);
      }
      if (answer === undefined) return;
      this.#pending = this.#post();
      this.#hear(answer.value.data);
    }
  }

  /** Blocks the thread until something has come, and takes it; or until the other request is over. */
  waitSync(limit?: Request<unknown>): void {
    try {
      if (limit === undefined) this.#pending?.waitSync();
      else waitAnySync(this.#pending === null ? [limit] : [this.#pending, limit]);
    } catch {
      // poll() tells of it; whoever has set the limit sees that it is over.
    }
    this.poll();
  }

  hangUp(): void {
    const pending = this.#pending;
    this.#pending = null;
    pending?.cancel();
  }

  #post(): Request<Message> {
    const request = this.#receive();
    void request.catch(() => undefined).then(() => this.poll());
    return request;
  }

  #hear(data: unknown): void {
    if (!(data instanceof Float64Array)) return this.#events.said(data);
    const [credits = 0, stored = 0, heartbeats = 0] = data;
    this.#events.acknowledged(credits, stored, heartbeats);
  }
}
