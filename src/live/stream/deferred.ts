/** A promise that is settled from outside. */
export class Deferred<T = void> {
  readonly promise: Promise<T>;
  resolve!: (value: T) => void;
  reject!: (reason: unknown) => void;

  constructor() {
    this.promise = new Promise<T>((resolve, reject) => {
      this.resolve = resolve;
      this.reject = reject;
    });
    // Whoever waits hears of a rejection; where nobody does, nobody misses it.
    this.promise.catch(() => undefined);
  }
}

/** For what need not be waited for. */
export const AT_ONCE: Promise<void> = Promise.resolve();
