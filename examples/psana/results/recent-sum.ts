/**
 * Sum of the last k entries, for "recent" values beside those of the whole run. Entries are copied as they come, and
 * none is changed afterwards: an array that its owner uses again, or the sum itself, cannot corrupt them.
 */
export class RecentSum {
  readonly #capacity: number;
  readonly #entries: Float64Array[] = [];

  constructor(capacity: number) {
    this.#capacity = capacity;
  }

  add(entry: ArrayLike<number>): void {
    this.#entries.push(Float64Array.from(entry));
    if (this.#entries.length > this.#capacity) this.#entries.shift();
  }

  /** Added up anew each time: differences would carry rounding on for ever. */
  sum(): Float64Array {
    const sum = new Float64Array(this.#entries[0]?.length ?? 0);
    for (const entry of this.#entries) {
      for (let index = 0; index < sum.length; index++) sum[index] = (sum[index] ?? 0) + (entry[index] ?? 0);
    }
    return sum;
  }
}
