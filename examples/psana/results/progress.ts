/**
 * How far a run is: on a terminal a bar that is drawn over again, elsewhere a plain line now and then.
 *
 *   [██████████░░░░░░░░░░]  50 %  200/400 events  141.2/s  hits 38 %
 */
export interface ProgressOptions {
  readonly write: (text: string) => unknown;
  /** Draw a bar over and over in one line, as on a terminal; else a line for each second. */
  readonly bar: boolean;
  readonly now: () => number;
}

const BAR_CELLS = 30;
const REDRAW_MS = 100;
const LINE_MS = 1000;
const ERASE_REST = '\u001b[K';

export class Progress {
  readonly #options: ProgressOptions;
  readonly #total: number;
  readonly #start: number;
  #shownAt = -Infinity;
  #shownDone = 0;

  constructor(total: number, options: ProgressOptions) {
    this.#options = options;
    this.#total = total;
    this.#start = options.now();
  }

  /** Tells how many events are done, and the share of hits among the recent ones; shows it where it is time to. */
  show(done: number, hitShare: number): void {
    const { write, bar, now } = this.#options;
    const time = now();
    const isLast = done >= this.#total && this.#shownDone < this.#total;
    if (!isLast && time - this.#shownAt < (bar ? REDRAW_MS : LINE_MS)) return;
    this.#shownAt = time;
    this.#shownDone = done;
    const rate = done / Math.max(1e-3, (time - this.#start) / 1000);
    const text = this.#text(done, rate, hitShare);
    // The cursor goes back at the end, so that whatever is printed next takes the place of the bar.
    write(bar ? `${text}${ERASE_REST}\r` : `${text}\n`);
  }

  /** Leaves the bar as it is; what is printed next stands below it. */
  end(): void {
    if (this.#options.bar && this.#shownAt > -Infinity) this.#options.write('\n');
    this.#shownAt = -Infinity;
  }

  #text(done: number, rate: number, hitShare: number): string {
    const share = Math.min(1, done / Math.max(1, this.#total));
    const full = Math.round(share * BAR_CELLS);
    const bar = `[${'█'.repeat(full)}${'░'.repeat(BAR_CELLS - full)}]`;
    const percent = `${String(Math.floor(100 * share)).padStart(3)} %`;
    const hits = `hits ${Math.round(100 * hitShare)} %`;
    return `${bar} ${percent}  ${done}/${this.#total} events  ${rate.toFixed(1)}/s  ${hits}`;
  }
}
