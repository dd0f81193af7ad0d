/** What a client has issued and discarded, run by run, until the end of the run has left. */

export interface RunCount {
  issued: number;
  discarded: number;
}

const NOTHING: Readonly<RunCount> = { issued: 0, discarded: 0 };

export class RunCounters {
  readonly #runs = new Map<number, RunCount>();

  /** To count on. */
  of(run: number): RunCount {
    let count = this.#runs.get(run);
    if (count === undefined) this.#runs.set(run, (count = { issued: 0, discarded: 0 }));
    return count;
  }

  /** To look at. */
  peek(run: number): Readonly<RunCount> {
    return this.#runs.get(run) ?? NOTHING;
  }

  forget(run: number): void {
    this.#runs.delete(run);
  }
}
