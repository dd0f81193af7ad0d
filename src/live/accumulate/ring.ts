/** The newest values with their times, as for a strip chart; older ones give way. */
import { type Accumulator, requireLength, requirePositive } from './accumulator.ts';

export interface RingState {
  /** In rising order. */
  readonly times: Float64Array;
  readonly values: Float64Array;
}

export class Ring implements Accumulator<RingState> {
  readonly capacity: number;
  #times: number[] = [];
  #values: number[] = [];

  constructor(capacity: number) {
    requirePositive('a ring of', capacity);
    this.capacity = capacity;
  }

  get length(): number {
    return this.#times.length;
  }

  /** Values may come in any order of their times; equal times are ordered by value. Cheap where they come in order. */
  add(time: number, value: number): void {
    let place = this.#times.length;
    while (place > 0 && isBehind(this.#times[place - 1]!, this.#values[place - 1]!, time, value)) place -= 1;
    if (place === this.#times.length) {
      this.#times.push(time);
      this.#values.push(value);
    } else {
      this.#times.splice(place, 0, time);
      this.#values.splice(place, 0, value);
    }
    // In strides, since to take one off the front moves all.
    if (this.#times.length >= 2 * this.capacity) this.#trim();
  }

  state(): RingState {
    this.#trim();
    return { times: Float64Array.from(this.#times), values: Float64Array.from(this.#values) };
  }

  merge({ times, values }: RingState): void {
    requireLength('ring', values.length, times.length);
    for (let index = 0; index < times.length; index += 1) this.add(times[index]!, values[index]!);
    this.#trim();
  }

  reset(): void {
    this.#times = [];
    this.#values = [];
  }

  #trim(): void {
    const excess = this.#times.length - this.capacity;
    if (excess <= 0) return;
    this.#times.splice(0, excess);
    this.#values.splice(0, excess);
  }
}

const isBehind = (time: number, value: number, otherTime: number, otherValue: number): boolean =>
  time > otherTime || (time === otherTime && value > otherValue);
