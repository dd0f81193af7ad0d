/** Numbers in the order in which they came, without an allocation for each. */
const SLOTS_MIN = 16;

export class NumberQueue {
  #slots = new Float64Array(SLOTS_MIN);
  #first = 0;
  #length = 0;

  get length(): number {
    return this.#length;
  }

  push(value: number): void {
    if (this.#length === this.#slots.length) this.#grow();
    this.#slots[(this.#first + this.#length) % this.#slots.length] = value;
    this.#length += 1;
  }

  /** The oldest; 0 where there is none. */
  shift(): number {
    if (this.#length === 0) return 0;
    const value = this.#slots[this.#first] ?? 0;
    this.#first = (this.#first + 1) % this.#slots.length;
    this.#length -= 1;
    return value;
  }

  #grow(): void {
    const grown = new Float64Array(2 * this.#slots.length);
    const tail = this.#slots.subarray(this.#first);
    grown.set(tail);
    grown.set(this.#slots.subarray(0, this.#first), tail.length);
    this.#slots = grown;
    this.#first = 0;
  }
}
