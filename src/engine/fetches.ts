/**
 * The lent messages of one peer whose data this process copies by itself, one after the other, and a bounded part at a time so that
 * others have their turn between. What the system refuses in the middle the sender is asked for as if nothing had been copied after it.
 */
import type { Clock } from '../system/clock.ts';
import type { LentData } from '../wire/frame.ts';
import { FasterWay } from './faster-way.ts';
import { Fifo } from './fifo.ts';
import type { Landing } from './landing.ts';

/** Bytes that one round of progress copies. */
const ROUND_BYTES = 2 ** 21;

interface Fetch {
  readonly request: number;
  readonly lent: LentData;
  readonly landing: Landing;
  readonly begun: number;
}

/** Where the ends of fetches go. */
export interface FetchesHost {
  readonly clock: Clock;
  /** All of it is there. */
  fetched(request: number): void;
  /** The sender has to send what is missing. */
  ask(request: number, landing: Landing): void;
}

export class Fetches {
  readonly #host: FetchesHost;
  readonly #bytesMin: number;
  readonly #way = new FasterWay();
  readonly #queue = new Fifo<Fetch>();
  /** What is being sent that could have been fetched, and when that began; some of it never comes. */
  readonly #sending = new WeakMap<Landing, number>();

  constructor(host: FetchesHost, bytesMin: number) {
    this.#host = host;
    this.#bytesMin = bytesMin;
  }

  get size(): number {
    return this.#queue.size;
  }

  /** Where data is being put. */
  landings(): Landing[] {
    return [...this.#queue].map(({ landing }) => landing);
  }

  /** Takes it upon itself to fetch the data of a request; false where it is to be sent. */
  begin(request: number, lent: LentData, landing: Landing): boolean {
    const { length, bytes } = landing;
    if (landing.combiner !== null || bytes.length < this.#bytesMin) return false;
    const begun = this.#host.clock.now();
    if (this.#way.fetches(length) && lent.take()) {
      this.#queue.push({ request, lent, landing, begun });
      return true;
    }
    this.#sending.set(landing, begun);
    return false;
  }

  /** The data of a request has been sent. */
  sent(landing: Landing): void {
    const begun = this.#sending.get(landing);
    if (begun === undefined) return;
    this.#sending.delete(landing);
    this.#way.took(landing.length, false, begun, this.#host.clock.now());
  }

  /** Copies the next part; true where there was any. */
  advance(): boolean {
    const fetch = this.#queue.first;
    if (fetch === undefined) return false;
    const { request, lent, landing, begun } = fetch;
    const { bytes, received, length } = landing;
    const end = Math.min(length, bytes.length, received + ROUND_BYTES);
    if (end > received && !lent.copy(bytes, received, end - received)) {
      this.#queue.shift();
      lent.leave(received);
      this.#host.ask(request, landing);
      return true;
    }
    if (end < Math.min(length, bytes.length)) {
      landing.filledTo(end);
      return true;
    }
    this.#queue.shift();
    this.#way.took(length, true, begun, this.#host.clock.now());
    // Its sender hears of it first, and may go on while the data is looked at here.
    this.#host.fetched(request);
    landing.filledTo(end);
    return true;
  }

  close(): void {
    this.#queue.takeAll();
  }
}
