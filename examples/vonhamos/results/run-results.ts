/** What the master knows of a run: the merged sums, the latest updates, and how fast events come. */
import { Recent, type Update } from 'parley/live';
import { significance, SpectrumSums } from './spectrum-sums.ts';

const RECENT_UPDATES = 30;

export class RunResults {
  readonly run: number;
  readonly sums: SpectrumSums;
  updates: number = 0;
  readonly #recent: Recent;
  readonly #now: () => number;
  readonly #began: number;
  /** The latest picture of the whole camera; undefined where nobody asked for one. */
  frame: Float32Array | undefined = undefined;

  /** `now` in milliseconds. */
  constructor(run: number, rows: number, columns: number, now: () => number) {
    this.run = run;
    this.sums = new SpectrumSums(rows, columns);
    this.#recent = new Recent(RECENT_UPDATES, rows);
    this.#now = now;
    this.#began = now();
  }

  take(update: Update): void {
    const on = update.array('on', Float64Array);
    const off = update.array('off', Float64Array);
    this.sums.merge(update);
    this.#recent.add(on.map((value, row) => value + (off[row] ?? 0)));
    const frame = update.array('var_frame', Float32Array);
    if (frame.length > 0) this.frame = frame.slice();
    this.updates += 1;
  }

  /** Photons of the latest updates, for each row. */
  recent(): Float64Array {
    return this.#recent.sum();
  }

  /** Events each second since the run began. */
  get rate(): number {
    return (1000 * this.sums.events) / Math.max(1, this.#now() - this.#began);
  }

  /** One line. */
  describe(): string {
    const { on, off, withoutBeam } = this.sums.counts;
    const { difference } = this.sums;
    const tests = `difference χ²/ndf ${shown(significance(difference).reduced)}, null test ${shown(difference.nullTest().reduced)}`;
    const events = `${this.sums.events} events (${on} on, ${off} off, ${withoutBeam} without beam)`;
    return `run ${this.run}: ${events}, ${this.rate.toFixed(1)}/s; ${tests}`;
  }
}

const shown = (value: number): string => (Number.isFinite(value) ? value.toFixed(2) : '–');
