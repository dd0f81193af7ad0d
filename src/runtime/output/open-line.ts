/**
 * The line that is begun but not ended on a terminal or in a file, and whose it is. Two outputs that go to the
 * same terminal share one.
 */
export class OpenLine {
  /** Rank that has begun it; null where the next byte begins a line. */
  owner: number | null = null;
  /** On a terminal: the cursor has returned to the line's start, so what follows replaces it. */
  returned = false;
}
