/** What a client has heard from its master: settings, requests, the wish that it stop. */
import type { FeedbackMessage } from './wire-tags.ts';

/** Told to whoever listens: one of these for each thing that the master said. */
export type Feedback =
  | { readonly type: 'settings'; readonly settings: Readonly<Record<string, unknown>> }
  | { readonly type: 'request'; readonly name: string; readonly value: unknown }
  | { readonly type: 'stop'; readonly reason: string };

/** Names of requests that nobody has taken; older ones give way. */
const REQUESTS_MAX = 256;

export class FeedbackInbox {
  readonly settings: Record<string, unknown> = {};
  readonly #requests = new Map<string, unknown>();
  readonly #listeners = new Set<(feedback: Feedback) => void>();
  readonly #stop = new AbortController();

  get stopSignal(): AbortSignal {
    return this.#stop.signal;
  }

  receive({ settings, requests, stop }: FeedbackMessage): void {
    if (settings !== undefined) {
      Object.assign(this.settings, settings);
      this.#tell({ type: 'settings', settings });
    }
    for (const { name, value } of requests ?? []) {
      this.#requests.delete(name);
      this.#requests.set(name, value);
      const [oldest] = this.#requests.keys();
      if (this.#requests.size > REQUESTS_MAX && oldest !== undefined) this.#requests.delete(oldest);
      this.#tell({ type: 'request', name, value });
    }
    if (stop !== undefined && !this.#stop.signal.aborted) {
      this.#stop.abort(new Error(stop));
      this.#tell({ type: 'stop', reason: stop });
    }
  }

  /** The value of the latest request of this name that was not taken yet; each is handed out once. */
  take(name: string): { readonly value: unknown } | undefined {
    if (!this.#requests.has(name)) return undefined;
    const value = this.#requests.get(name);
    this.#requests.delete(name);
    return { value };
  }

  listen(listener: (feedback: Feedback) => void): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  #tell(feedback: Feedback): void {
    for (const listener of this.#listeners) listener(feedback);
  }
}
