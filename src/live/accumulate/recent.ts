/**
 * The sum of the last k arrays. Each is kept as a copy, and the sum is made of the copies when it is asked for: nothing that was
 * added can change under it, and no rounding of what has gone stays behind.
 */
import { type Accumulator, requireLength, requirePositive } from './accumulator.ts';

interface RecentEntry {
  /** What is higher is more recent: a number of an update, or a time. */
  readonly order: number;
  readonly values: Float64Array;
}

export interface RecentState {
  /** In rising order. */
  readonly entries: readonly RecentEntry[];
}

export class Recent implements Accumulator<RecentState> {
  readonly size: number;
  readonly length: number;
  #entries: RecentEntry[] = [];
  #lastOrder = -Infinity;

  /** Of the last `size` arrays of `length` elements. */
  constructor(size: number, length: number) {
    requirePositive('a sum of the last', size);
    requirePositive('a sum of length', length);
    this.size = size;
    this.length = length;
  }

  /** Arrays that are kept. */
  get count(): number {
    return this.#entries.length;
  }

  /** The newest of all, unless an order is given. */
  add(
    array: ArrayLike<number>,
    order: number = Number.isFinite(this.#lastOrder) ? this.#lastOrder + 1 : 0,
  ): void {
    requireLength('sum', array.length, this.length);
    this.#insert({ order, values: Float64Array.from(array) });
  }

  sum(): Float64Array {
    const sum = new Float64Array(this.length);
    for (const { values } of this.#entries)
      for (let index = 0; index < sum.length; index += 1) sum[index]! += values[index]!;
    return sum;
  }

  state(): RecentState {
    return { entries: this.#entries };
  }

  merge({ entries }: RecentState): void {
    for (const { order, values } of entries) this.add(values, order);
  }

  reset(): void {
    this.#entries = [];
    this.#lastOrder = -Infinity;
  }

  #insert(entry: RecentEntry): void {
    const entries = [...this.#entries];
    let place = entries.length;
    while (place > 0 && entries[place - 1]!.order > entry.order) place -= 1;
    entries.splice(place, 0, entry);
    this.#entries = entries.slice(-this.size);
    this.#lastOrder = Math.max(this.#lastOrder, entry.order);
  }
}
