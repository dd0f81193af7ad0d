/**
 * How often to push: after so many events of this client's own, or after so much time. Never by a number that several
 * clients share, for a client whose share of it does not fall on the right numbers would push never.
 */
import { MPIError } from '../../index.ts';

/**
 * A number, or a function that says it anew at each event: it follows what changes meanwhile, as what the master, or somebody at its
 * page, has set. Where it says what makes no sense (no number, or one below the least) it is as it was before; at first: never.
 *
 * ```ts
 * const pusher = stream.pusher({ everyMs: () => stream.settings.everyMs ?? 100, fill });
 * ```
 */
export type CadenceNumber = number | (() => unknown);

export interface CadenceOptions {
  /** Events of this client between two pushes, 1 at least. */
  readonly every?: CadenceNumber;
  /** Milliseconds between two pushes, 0 at least. Where both are given, whichever comes first. */
  readonly everyMs?: CadenceNumber;
}

const EVERY_MIN = 1;
const EVERY_MS_MIN = 0;

export class Cadence {
  /** It is not the same all the time. */
  readonly follows: boolean;
  readonly #options: CadenceOptions;
  readonly #now: () => number;
  #every: number;
  #everyMs: number;
  #events = 0;
  #since: number;

  /** @throws {MPIError} MPI_ERR_ARG for a number that makes no sense. */
  constructor(options: CadenceOptions, now: () => number) {
    const { every = Infinity, everyMs = Infinity } = options;
    this.#every = typeof every === 'function' ? Infinity : every;
    this.#everyMs = typeof everyMs === 'function' ? Infinity : everyMs;
    if (!(this.#every >= EVERY_MIN) || !(this.#everyMs >= EVERY_MS_MIN))
      throw new MPIError(
        'MPI_ERR_ARG',
        `Cannot push every ${this.#every} events or ${this.#everyMs} ms: at least 1 event, at least 0 ms`,
      );
    this.follows = typeof every === 'function' || typeof everyMs === 'function';
    this.#options = options;
    this.#now = now;
    this.#since = now();
  }

  /** Events since the last push. */
  get events(): number {
    return this.#events;
  }

  /** Counts one event; true where a push is due. */
  tick(): boolean {
    this.#events += 1;
    if (this.follows) this.#follow();
    return (
      this.#events >= this.#every ||
      (this.#everyMs !== Infinity && this.#now() - this.#since >= this.#everyMs)
    );
  }

  restart(): void {
    this.#events = 0;
    this.#since = this.#now();
  }

  #follow(): void {
    const { every, everyMs } = this.#options;
    this.#every = followed(every, this.#every, EVERY_MIN);
    this.#everyMs = followed(everyMs, this.#everyMs, EVERY_MS_MIN);
  }
}

function followed(source: CadenceNumber | undefined, before: number, least: number): number {
  if (typeof source !== 'function') return before;
  const value = source();
  return typeof value === 'number' && value >= least ? value : before;
}
