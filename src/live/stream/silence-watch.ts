/** Finds the clients that give no sign of life. */
import type { ClientEntry } from './client-entry.ts';

export interface SilenceWatchOptions {
  /** Infinity: nobody is ever found silent. */
  readonly silentMs: number;
  readonly now: () => number;
  readonly clients: () => Iterable<ClientEntry>;
  readonly onSilent: (entry: ClientEntry) => void;
}

const LOOKS = 4;
const TIMER_MS_MAX = 2 ** 31 - 1;

export class SilenceWatch {
  readonly #options: SilenceWatchOptions;
  readonly #timer: NodeJS.Timeout | undefined;
  #lookedAt: number;

  constructor(options: SilenceWatchOptions) {
    this.#options = options;
    this.#lookedAt = options.now();
    const period = options.silentMs / LOOKS;
    if (period <= TIMER_MS_MAX) this.#timer = setInterval(() => this.#look(), period).unref();
  }

  stop(): void {
    clearInterval(this.#timer);
  }

  #look(): void {
    const { silentMs, clients, onSilent } = this.#options;
    const now = this.#options.now();
    const wasBusy = now - this.#lookedAt > silentMs / 2;
    this.#lookedAt = now;
    // What came while this process itself was busy has not been read yet.
    if (wasBusy) return;
    for (const entry of clients()) {
      if (entry.isOver || entry.state === 'silent' || entry.hasMessage) continue;
      if (now - entry.lastSeen > silentMs) onSilent(entry);
    }
  }
}
