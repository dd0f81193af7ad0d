/**
 * How often to push: after so many events of this client's own, or after so much time. Never by a number that several
 * clients share, for a client whose share of it does not fall on the right numbers would push never.
 */
import { MPIError } from '../../index.ts';

export interface CadenceOptions {
  /** Events of this client between two pushes. */
  readonly every?: number;
  /** Milliseconds between two pushes. Where both are given, whichever comes first. */
  readonly everyMs?: number;
}

export class Cadence {
  readonly #every: number;
  readonly #everyMs: number;
  readonly #now: () => number;
  #events = 0;
  #since: number;

  constructor({ every = Infinity, everyMs = Infinity }: CadenceOptions, now: () => number) {
    if (!(every >= 1) || !(everyMs >= 0))
      throw new MPIError(
        'MPI_ERR_ARG',
        `Cannot push every ${every} events or ${everyMs} ms: at least 1 event, at least 0 ms`,
      );
    this.#every = every;
    this.#everyMs = everyMs;
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
    return (
      this.#events >= this.#every ||
      (this.#everyMs !== Infinity && this.#now() - this.#since >= this.#everyMs)
    );
  }

  restart(): void {
    this.#events = 0;
    this.#since = this.#now();
  }
}
