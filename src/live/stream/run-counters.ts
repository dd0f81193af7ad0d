/** What a client has issued and discarded: in all, and run by run until the end of the run has left. */

export interface RunCount {
  issued: number;
  discarded: number;
}

const NOTHING: Readonly<RunCount> = { issued: 0, discarded: 0 };

export class RunCounters {
  readonly #runs = new Map<number, RunCount>();
  issued = 0;
  discarded = 0;

  /** An update has been issued: nothing refuses it any more. */
  issue(run: number): void {
    this.#of(run).issued += 1;
    this.issued += 1;
  }

  /** An update has been dropped by the declared policy. */
  discard(run: number): void {
    this.#of(run).discarded += 1;
    this.discarded += 1;
  }

  peek(run: number): Readonly<RunCount> {
    return this.#runs.get(run) ?? NOTHING;
  }

  forget(run: number): void {
    this.#runs.delete(run);
  }

  #of(run: number): RunCount {
    let count = this.#runs.get(run);
    if (count === undefined) this.#runs.set(run, (count = { issued: 0, discarded: 0 }));
    return count;
  }
}
