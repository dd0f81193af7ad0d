/**
 * Random numbers from a seed: the same seed gives the same numbers, everywhere and always. Four words of state that
 * are added, shifted and rotated into each other (the "small fast counting" construction), good enough for worlds
 * that are only played, and for nothing secret.
 */

const WARM_UP_ROUNDS = 12;

export class SeededRandom {
  #a: number;
  #b: number;
  #c: number;
  #counter = 1;

  /** Whole numbers up to 2⁵³ give different sequences. */
  constructor(seed: number) {
    this.#a = seed | 0;
    this.#b = Math.floor(seed / 2 ** 32) | 0;
    this.#c = 0x5bd1_e995;
    for (let round = 0; round < WARM_UP_ROUNDS; round++) this.bits();
  }

  /** 32 random bits, as a whole number from 0. */
  bits(): number {
    const sum = (this.#a + this.#b + this.#counter) | 0;
    this.#counter = (this.#counter + 1) | 0;
    this.#a = this.#b ^ (this.#b >>> 9);
    this.#b = (this.#c + (this.#c << 3)) | 0;
    this.#c = ((this.#c << 21) | (this.#c >>> 11)) + sum;
    return sum >>> 0;
  }

  /** From 0 up to, but not, 1. */
  fraction(): number {
    return this.bits() / 2 ** 32;
  }

  /** A whole number from 0 up to, but not, `end`. */
  below(end: number): number {
    return Math.floor(this.fraction() * end);
  }

  /** A whole number from `first` to `last`, both included. */
  between(first: number, last: number): number {
    return first + this.below(last - first + 1);
  }

  /** True with this probability. */
  chance(probability: number): boolean {
    return this.fraction() < probability;
  }

  /** One of these, which must not be none. */
  pick<T>(choices: readonly T[]): T {
    return choices[this.below(choices.length)]!;
  }

  /** A generator of its own, for a part that shall not depend on how often the others ask. */
  fork(): SeededRandom {
    return new SeededRandom(this.bits() * 2 ** 20 + (this.bits() >>> 12));
  }
}
