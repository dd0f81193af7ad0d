/** The end of a rank's error output, kept so that a failure can be explained after everything else was printed. */

const KEPT_BYTES_MAX = 16 * 1024;
const LINES_WANTED = 20;

/** Keeps the last part of a stream. */
export class LastWords {
  #chunks: Buffer[] = [];
  #bytes = 0;

  push(chunk: Buffer): void {
    this.#chunks.push(chunk.subarray(-KEPT_BYTES_MAX));
    this.#bytes += this.#chunks.at(-1)?.length ?? 0;
    if (this.#bytes > 2 * KEPT_BYTES_MAX) this.#compact();
  }

  /** The last lines, see {@link lastLines}. */
  text(): string {
    this.#compact();
    return lastLines(this.#chunks[0] ?? Buffer.alloc(0));
  }

  #compact(): void {
    // A copy, so that no large chunk stays in memory for the sake of its end.
    const kept = Buffer.from(Buffer.concat(this.#chunks).subarray(-KEPT_BYTES_MAX));
    this.#chunks = [kept];
    this.#bytes = kept.length;
  }
}

/**
 * The last twenty lines of an output, and more where these begin inside a stack: the whole last stack with the
 * error's own line and the source lines above it.
 */
export function lastLines(output: Buffer): string {
  const tail = output.subarray(-KEPT_BYTES_MAX);
  const lines = tail.toString('utf8').replace(/\s+$/, '').split('\n');
  // The first line has lost its beginning.
  if (output.length >= KEPT_BYTES_MAX && lines.length > 1) lines.shift();
  let first = Math.max(0, lines.length - LINES_WANTED);
  while (first > 0 && continuesError(lines[first] ?? '')) first--;
  return lines.slice(first).join('\n');
}

/** Whether a line is inside the report of an error: indented, a closing bracket, or blank. */
function continuesError(line: string): boolean {
  return /^(?:[\s}\]]|$)/.test(line);
}
