/**
 * What stands at the end of a terminal or a file: the line that is begun there, and who has written last. Two
 * outputs that go to the same terminal share one.
 */
export class OutputEnd {
  /** Rank that has begun the last line; null where the next byte begins a line. */
  owner: number | null = null;
  /** On a terminal: the cursor has returned to the line's start, so what follows replaces it. */
  returned = false;
  #writer: number | null = null;
  #bytes = 0;

  /** Somebody writes: a rank, or the agent (null). */
  advance(writer: number | null, bytes: number): void {
    this.#bytes = writer === this.#writer ? this.#bytes + bytes : bytes;
    this.#writer = writer;
  }

  /** Bytes of a rank at the very end, with nobody else's between or behind them. */
  lastBytesOf(rank: number): number {
    return this.#writer === rank ? this.#bytes : 0;
  }
}
