/**
 * The points of a strip chart, as many as were declared; the oldest give way. Points are counted from the first ever shown, so a
 * viewer that has n of them gets those from n on, however long it was away.
 */
import type { StripPanel } from '../panel.ts';
import type { StripFrame } from '../wire/view-topics.ts';

const POINTS_MAX_DEFAULT = 3600;

export class StripHistory {
  #pointsMax = POINTS_MAX_DEFAULT;
  #count = 0;
  /** Points before this one were never here. */
  #first = 0;
  #latest: StripPanel | undefined;
  /** Points stand at their number modulo the length. */
  #times: Float64Array = new Float64Array(POINTS_MAX_DEFAULT);
  readonly #columns = new Map<string, Float64Array>();

  /** Points ever appended. */
  get count(): number {
    return this.#count;
  }

  append(panel: StripPanel, time: number): void {
    this.#latest = panel;
    this.#resize(Math.max(2, Math.floor(panel.pointsMax ?? POINTS_MAX_DEFAULT)));
    this.#add(panel.values, time);
  }

  /** Points of another history, with their numbers there. What does not follow on what is here replaces it. */
  extend({ from, series, times, columns, pointsMax, ...basics }: StripFrame): void {
    this.#latest = { ...basics, pointsMax, values: {} };
    this.#resize(pointsMax);
    if (from !== this.#count) {
      this.#columns.clear();
      this.#count = this.#first = from;
    }
    times.forEach((time, index) => {
      const values = series.map((label, column) => [label, columns[column]?.[index] ?? Number.NaN] as const);
      this.#add(Object.fromEntries(values), time);
    });
  }

  #add(values: StripPanel['values'], time: number): void {
    const slot = this.#count % this.#pointsMax;
    this.#times[slot] = time;
    for (const label of Object.keys(values)) {
      if (!this.#columns.has(label))
        this.#columns.set(label, new Float64Array(this.#pointsMax).fill(Number.NaN));
    }
    for (const [label, column] of this.#columns) column[slot] = values[label] ?? Number.NaN;
    this.#count += 1;
  }

  /** All points from that number on which are still there. */
  since(number: number): StripFrame {
    const first = Math.max(this.#first, this.#count - this.#pointsMax);
    // A viewer that is ahead saw another history.
    const from = number > this.#count ? first : Math.max(first, number);
    const { values: _values, time: _time, alarms, ...basics } = this.#latest ?? { kind: 'strip', values: {} };
    return {
      ...basics,
      from,
      pointsMax: this.#pointsMax,
      series: [...this.#columns.keys()],
      times: this.#read(this.#times, from),
      columns: [...this.#columns.values()].map((column) => this.#read(column, from)),
      alarms: alarms ?? {},
    };
  }

  #read(ring: Float64Array, from: number): Float64Array {
    return Float64Array.from(
      { length: this.#count - from },
      (_, index) => ring[(from + index) % this.#pointsMax] ?? Number.NaN,
    );
  }

  #resize(pointsMax: number): void {
    if (pointsMax === this.#pointsMax) return;
    const kept = Math.min(this.#count, this.#pointsMax, pointsMax);
    const move = (ring: Float64Array): Float64Array => {
      const moved = new Float64Array(pointsMax).fill(Number.NaN);
      for (let number = this.#count - kept; number < this.#count; number += 1)
        moved[number % pointsMax] = ring[number % this.#pointsMax] ?? Number.NaN;
      return moved;
    };
    this.#times = move(this.#times);
    for (const [label, column] of this.#columns) this.#columns.set(label, move(column));
    this.#pointsMax = pointsMax;
  }
}
