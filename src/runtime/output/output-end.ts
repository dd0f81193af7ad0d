/**
 * What stands at the end of a terminal, a pipe or a file: the line that is begun there, and who has written last. All outputs
 * that go to the same place share one: those of all jobs of a universe, and both streams where they go to one terminal.
 *
 *     job 0  rank 0 ──┐
 *            rank 1 ──┼──► one end: no line holds bytes of two
 *     job 1  rank 0 ──┘
 */

/** A process that writes: the same for both of its streams, and no other one's. */
export type Writer = string;

export class OutputEnd {
  /** Who has begun the last line; null where the next byte begins a line. */
  owner: Writer | null = null;
  /** On a terminal: the cursor has returned to the line's start, so what follows replaces it. */
  returned = false;
  readonly #writers = new Map<Writer, number>();
  #last: Writer | null = null;
  #bytes = 0;

  /** Whether several write here. One alone has nobody to mix with. */
  get isShared(): boolean {
    return this.#writers.size > 1;
  }

  /** A stream of this process comes here from now on. */
  join(writer: Writer): void {
    this.#writers.set(writer, (this.#writers.get(writer) ?? 0) + 1);
  }

  /** One of its streams is over. */
  leave(writer: Writer): void {
    const streams = (this.#writers.get(writer) ?? 0) - 1;
    if (streams > 0) this.#writers.set(writer, streams);
    else this.#writers.delete(writer);
  }

  /** Somebody writes: a process, or the agent (null). */
  advance(writer: Writer | null, bytes: number): void {
    this.#bytes = writer === this.#last ? this.#bytes + bytes : bytes;
    this.#last = writer;
  }

  /** Bytes of a process at the very end, with nobody else's between or behind them. */
  lastBytesOf(writer: Writer): number {
    return this.#last === writer ? this.#bytes : 0;
  }
}

/** The ends of a pair of outputs: a single one where both go to one terminal. */
export function outputEnds(
  stdoutIsTerminal: boolean,
  stderrIsTerminal: boolean,
): { readonly stdout: OutputEnd; readonly stderr: OutputEnd } {
  const stderr = new OutputEnd();
  return { stdout: stdoutIsTerminal && stderrIsTerminal ? stderr : new OutputEnd(), stderr };
}
