/** What the master knows of a run: the merged sums, the latest updates, and how fast events come. */
import { Recent, type Update } from 'parley/live';
import { isSameRegion, type Region } from '../spectrometer/camera.ts';
import { RecentRate } from './recent-rate.ts';
import { RegionSums } from './region-sums.ts';
import { significance, SpectrumSums } from './spectrum-sums.ts';

const RECENT_UPDATES = 30;

export class RunResults {
  readonly run: number;
  readonly sums: SpectrumSums;
  updates: number = 0;
  readonly #recent: Recent;
  readonly #now: () => number;
  readonly #began: number;
  readonly #recentRate: RecentRate;
  /** The latest picture of the whole camera; undefined where nobody asked for one. */
  frame: Float32Array | undefined = undefined;
  /** What has come of the region that somebody has drawn. */
  region: RegionSums | undefined = undefined;

  /** `now` in milliseconds. */
  constructor(run: number, rows: number, columns: number, now: () => number) {
    this.run = run;
    this.sums = new SpectrumSums(rows, columns);
    this.#recent = new Recent(RECENT_UPDATES, rows);
    this.#now = now;
    this.#began = now();
    this.#recentRate = new RecentRate(now);
  }

  /** `wanted`: the region that somebody has drawn. */
  take(update: Update, wanted?: Region): void {
    this.updates += 1;
    this.sums.merge(update);
    const frame = update.array('var_frame', Float32Array);
    if (frame.length > 0) this.frame = frame.slice();
    const on = update.array('on', Float64Array);
    const off = update.array('off', Float64Array);
    this.#recentRate.count(this.sums.events);
    this.#recent.add(on.map((value, row) => value + (off[row] ?? 0)));
    if (!isSameRegion(this.region?.region, wanted))
      this.region = wanted === undefined ? undefined : new RegionSums(wanted);
    this.region?.merge(update);
  }

  /** Photons of the latest updates, for each row. */
  recent(): Float64Array {
    return this.#recent.sum();
  }

  /** Events each second, of late. */
  get rate(): number {
    return this.#recentRate.rate;
  }

  /** Events each second since the run began. */
  get meanRate(): number {
    return (1000 * this.sums.events) / Math.max(1, this.#now() - this.#began);
  }

  /** χ²/ndf of the difference. */
  get significance(): number {
    return significance(this.sums.difference).reduced;
  }

  /** One line, with what is said of the rate. */
  describe(rate: string): string {
    const { on, off, withoutBeam } = this.sums.counts;
    const nullTest = this.sums.difference.nullTest().reduced;
    const tests = `difference χ²/ndf ${shown(this.significance)}, null test ${shown(nullTest)}`;
    const events = `${this.sums.events} events (${on} on, ${off} off, ${withoutBeam} without beam)`;
    return `run ${this.run}: ${events}, ${rate}; ${tests}`;
  }
}

const shown = (value: number): string => (Number.isFinite(value) ? value.toFixed(2) : '–');
