/** How fast a count has grown of late. */
const WINDOW_MS = 2000;
/** Of less time nothing can be said yet. */
const TIME_MS_MIN = 1000;

export class RecentRate {
  readonly #now: () => number;
  #samples: { readonly at: number; readonly count: number }[];

  /** `now` in milliseconds. */
  constructor(now: () => number) {
    this.#now = now;
    this.#samples = [{ at: now(), count: 0 }];
  }

  count(count: number): void {
    const at = this.#now();
    this.#samples.push({ at, count });
    // The last one before the window stays, so that it is covered.
    while ((this.#samples[1]?.at ?? Infinity) <= at - WINDOW_MS) this.#samples.shift();
  }

  /** For each second. */
  get rate(): number {
    const [first] = this.#samples;
    const last = this.#samples.at(-1);
    if (first === undefined || last === undefined) return 0;
    return (1000 * (last.count - first.count)) / Math.max(TIME_MS_MIN, this.#now() - first.at);
  }
}
