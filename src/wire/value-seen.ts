/**
 * The objects of one message by the order of their first occurrence, so that the second one becomes a reference
 * and cycles end. Most messages hold few objects: these are found by comparing, which no hash table can beat. In
 * most of the others none occurs twice: a Set tells so; their numbers are looked up only once one does.
 */
const COMPARED_MAX = 8;

export class SeenObjects {
  /** The first few. Never shortened, so that its memory stays. */
  readonly #few: (object | null)[] = Array.from({ length: COMPARED_MAX }, () => null);
  #many: Set<object> | null = null;
  #numbers: Map<object, number> | null = null;
  #count = 0;

  /** The object's number where it occurred before; else -1, and the next number is its own now. */
  see(object: object): number {
    const count = this.#count;
    if (count >= COMPARED_MAX) return this.#seeMany(object);
    for (let index = 0; index < count; index++) {
      if (this.#few[index] === object) return index;
    }
    this.#few[count] = object;
    this.#count = count + 1;
    return -1;
  }

  /** Forgets them all, and holds on to none. */
  clear(): void {
    const few = Math.min(this.#count, COMPARED_MAX);
    for (let index = 0; index < few; index++) this.#few[index] = null;
    this.#many = null;
    this.#numbers = null;
    this.#count = 0;
  }

  #seeMany(object: object): number {
    this.#many ??= new Set(this.#few as object[]);
    this.#many.add(object);
    if (this.#many.size === this.#count) return this.#numberOf(object);
    this.#numbers?.set(object, this.#count);
    this.#count++;
    return -1;
  }

  #numberOf(object: object): number {
    if (this.#numbers === null) {
      this.#numbers = new Map();
      // A Set keeps the order in which its members came.
      for (const known of this.#many ?? []) this.#numbers.set(known, this.#numbers.size);
    }
    return this.#numbers.get(object) as number;
  }
}
