/** The newest value of each client, or of any other source. */
import type { Accumulator } from './accumulator.ts';

interface LatestEntry<T> {
  readonly order: number;
  readonly value: T;
}

export interface LatestState<T> {
  readonly sources: ReadonlyMap<number, LatestEntry<T>>;
}

export class Latest<T> implements Accumulator<LatestState<T>> {
  #sources = new Map<number, LatestEntry<T>>();

  /** `order`: what is higher is newer, as a sequence number or a time; of equal ones the first stays. */
  add(source: number, value: T, order: number): void {
    const known = this.#sources.get(source);
    if (known === undefined || order > known.order) this.#sources.set(source, { order, value });
  }

  get(source: number): T | undefined {
    return this.#sources.get(source)?.value;
  }

  /** By rising source. */
  values(): [source: number, value: T][] {
    return [...this.#sources].sort(([a], [b]) => a - b).map(([source, { value }]) => [source, value]);
  }

  forget(source: number): void {
    this.#sources.delete(source);
  }

  state(): LatestState<T> {
    return { sources: this.#sources };
  }

  merge({ sources }: LatestState<T>): void {
    for (const [source, { order, value }] of sources) this.add(source, value, order);
  }

  reset(): void {
    this.#sources = new Map();
  }
}
