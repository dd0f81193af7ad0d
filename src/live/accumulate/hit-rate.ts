/** How many of the events were hits. */
import type { Accumulator } from './accumulator.ts';

export interface HitRateState {
  readonly hits: number;
  readonly events: number;
}

export class HitRate implements Accumulator<HitRateState>, HitRateState {
  hits: number = 0;
  events: number = 0;

  add(isHit: boolean): void {
    this.events += 1;
    if (isHit) this.hits += 1;
  }

  /** From 0 to 1; NaN without events. */
  get rate(): number {
    return this.hits / this.events;
  }

  /** One standard deviation of the rate: √(p(1−p)/n). */
  get error(): number {
    return Math.sqrt((this.rate * (1 - this.rate)) / this.events);
  }

  state(): HitRateState {
    return { hits: this.hits, events: this.events };
  }

  merge({ hits, events }: HitRateState): void {
    this.hits += hits;
    this.events += events;
  }

  reset(): void {
    this.hits = this.events = 0;
  }
}
