/** The operations under way whose time is limited, where nobody looks at a clock for them but whoever waits. */
import type { Clock } from '../system/clock.ts';
import type { Operation } from './operation.ts';

export class Deadlines {
  readonly #clock: Clock;
  readonly #limited = new Set<Operation<unknown>>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  get size(): number {
    return this.#limited.size;
  }

  watch(operation: Operation<unknown>): void {
    this.#limited.add(operation);
  }

  unwatch(operation: Operation<unknown>): void {
    this.#limited.delete(operation);
  }

  /** Milliseconds until the first of them; negative where it is over, Infinity where there is none. */
  left(): number {
    if (this.#limited.size === 0) return Infinity;
    let earliest = Infinity;
    for (const { limit } of this.#limited)
      if (limit !== null && limit.deadline < earliest) earliest = limit.deadline;
    return earliest - this.#clock.now();
  }

  /** Ends those whose time is over. */
  expire(): void {
    const now = this.#clock.now();
    for (const { limit } of this.#limited) if (limit !== null && limit.deadline <= now) limit.expire();
  }
}
