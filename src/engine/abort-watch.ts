/**
 * Abort signals that operations listen to. Many operations may share one signal, which gets one listener for all of
 * them: a signal with many listeners is taken for a leak, and warned of.
 */
export class AbortWatch {
  readonly #watched = new WeakMap<AbortSignal, WatchedSignal>();

  /** Calls `onAbort` once when the signal fires, unless the function that is returned is called before. */
  watch(signal: AbortSignal, onAbort: () => void): () => void {
    let watched = this.#watched.get(signal);
    if (watched === undefined) {
      watched = new WatchedSignal(signal);
      this.#watched.set(signal, watched);
    }
    return watched.add(onAbort);
  }
}

class WatchedSignal {
  readonly #signal: AbortSignal;
  readonly #listeners = new Set<() => void>();
  readonly #fired = (): void => {
    for (const listener of this.#listeners) listener();
  };

  constructor(signal: AbortSignal) {
    this.#signal = signal;
  }

  add(listener: () => void): () => void {
    if (this.#listeners.size === 0) this.#signal.addEventListener('abort', this.#fired, { once: true });
    this.#listeners.add(listener);
    return () => {
      this.#listeners.delete(listener);
      if (this.#listeners.size === 0) this.#signal.removeEventListener('abort', this.#fired);
    };
  }
}
