/**
 * What a program has to show, under names: the last value of each is kept, so that whoever comes late has everything at once.
 */

export interface Topic<T = unknown> {
  readonly name: string;
  readonly value: T;
  /** Counts the publications of this topic, from 1. */
  readonly version: number;
  /** Milliseconds since 1970. */
  readonly publishedAt: number;
}

export class Topics {
  readonly #now: () => number;
  readonly #topics = new Map<string, Topic>();
  readonly #listeners = new Set<(topic: Topic) => void>();

  constructor(now: () => number) {
    this.#now = now;
  }

  /** The value is kept as it is: publish another one rather than change it. */
  publish(name: string, value: unknown): void {
    const version = (this.#topics.get(name)?.version ?? 0) + 1;
    const topic = { name, value, version, publishedAt: this.#now() };
    this.#topics.set(name, topic);
    for (const listener of this.#listeners) listener(topic);
  }

  get(name: string): Topic | undefined {
    return this.#topics.get(name);
  }

  /** In the order of their first publication. */
  all(): readonly Topic[] {
    return [...this.#topics.values()];
  }

  remove(name: string): boolean {
    return this.#topics.delete(name);
  }

  /** Hears of each publication from now on; the result ends that. */
  subscribe(listener: (topic: Topic) => void): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }
}
