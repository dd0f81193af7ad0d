/**
 * How a run goes, for people at a terminal: one line that is drawn over again; elsewhere a plain line for each second.
 *
 *     run 1 [███████████████████░] 118/s  12,345 events  lag 6 ms  lost 0  χ²/ndf 3.12
 */
export interface StatusLineOptions {
  readonly write: (text: string) => unknown;
  /** Draw over one line again and again, as on a terminal. */
  readonly isDrawn: boolean;
  /** In milliseconds. */
  readonly now: () => number;
}

export interface RunStatus {
  readonly run: number;
  readonly events: number;
  /** Events each second. */
  readonly rate: number;
  /** What the rate should be; 0 where it is as high as possible. */
  readonly wantedRate: number;
  /** Of the client that is most behind, in milliseconds. */
  readonly lagMs: number;
  readonly lost: number;
  /** χ²/ndf of the difference. */
  readonly significance: number;
  /** The same as a whole line. */
  readonly plain: string;
}

const CELLS = 20;
const DRAWN_MS = 100;
const PLAIN_MS = 1000;
const ERASE_REST = '\u001b[K';

export class StatusLine {
  readonly #options: StatusLineOptions;
  #shownAt = -Infinity;
  /** What stands in the line that is drawn over. */
  #drawn = '';
  #highestRate = 1;

  constructor(options: StatusLineOptions) {
    this.#options = options;
  }

  /** Shows it where it is time to. */
  show(status: () => RunStatus): void {
    const { write, isDrawn, now } = this.#options;
    // A first plain line of a few milliseconds would say nothing.
    if (this.#shownAt === -Infinity && !isDrawn) this.#shownAt = now();
    if (now() - this.#shownAt < (isDrawn ? DRAWN_MS : PLAIN_MS)) return;
    this.#shownAt = now();
    if (!isDrawn) {
      write(`${status().plain}\n`);
      return;
    }
    this.#drawn = `${this.#draw(status())}${ERASE_REST}\r`;
    write(this.#drawn);
  }

  /** A line that stays; what is drawn goes on below it. */
  print(line: string): void {
    const { write } = this.#options;
    write(this.#drawn === '' ? `${line}\n` : `${ERASE_REST}${line}\n${this.#drawn}`);
  }

  /** Nothing is drawn any more; what was drawn last gives way to what is printed next. */
  end(): void {
    if (this.#drawn !== '') this.#options.write(ERASE_REST);
    this.#drawn = '';
    this.#shownAt = -Infinity;
  }

  #draw({ run, events, rate, wantedRate, lagMs, lost, significance }: RunStatus): string {
    this.#highestRate = Math.max(this.#highestRate, rate);
    const full = Math.round((CELLS * rate) / (wantedRate > 0 ? wantedRate : this.#highestRate));
    const bar = `${'█'.repeat(Math.min(CELLS, full))}${'░'.repeat(Math.max(0, CELLS - full))}`;
    const parts = [
      `run ${run} [${bar}] ${rate.toFixed(0)}/s`,
      `${events.toLocaleString('en-GB')} events`,
      `lag ${lagMs.toFixed(0)} ms`,
      `lost ${lost}`,
      `χ²/ndf ${Number.isFinite(significance) ? significance.toFixed(2) : '–'}`,
    ];
    return parts.join('  ');
  }
}
