/**
 * When a client sends an update: after so many events of its own, or so many seconds after the last one, whichever comes
 * first. It counts what this client has seen, never the numbers of events: those depend on how many clients there are.
 */
export class Cadence {
  readonly #every: number;
  readonly #intervalMs: number;
  readonly #now: () => number;
  #last: number;

  constructor(every: number, intervalS: number, now: () => number) {
    this.#every = every;
    this.#intervalMs = intervalS * 1000;
    this.#now = now;
    this.#last = now();
  }

  /** Whether to send, with so many events waiting to be sent; if so, the time starts anew. */
  isDue(waiting: number): boolean {
    const now = this.#now();
    if (waiting < this.#every && (waiting === 0 || now - this.#last < this.#intervalMs)) return false;
    this.#last = now;
    return true;
  }
}
