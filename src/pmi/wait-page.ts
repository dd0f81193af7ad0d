/**
 * The wait page of a process: a piece of its job's shared memory where it says what it waits for, so that others can see
 * that without its help, also when it is blocked, stopped, or dead.
 *
 *     word 0   sequence: odd while the page is being written
 *     word 1   bytes of the text that follows; 0 where the process does not wait
 *     then     the text (wait-report.ts)
 *
 * One writes, any number read: a reader that finds another sequence afterwards has read a mixture, and reads again.
 */
import { formatWaitReport, parseWaitReport, type WaitReport } from './wait-report.ts';

/** Bytes of one page. */
export const WAIT_PAGE_BYTES = 2048;

const HEADER_BYTES = 8;
const TEXT_BYTES_MAX = WAIT_PAGE_BYTES - HEADER_BYTES;
/** A writer that was killed in the middle leaves a page that never becomes whole. */
const READS_MAX = 100;

/** A page as it was read. */
export interface WaitPageState {
  /** Another one means that the process has gone on in the meantime. */
  readonly sequence: number;
  readonly report: WaitReport | null;
}

export class WaitPage {
  readonly #words: Int32Array;
  readonly #text: Uint8Array;

  constructor(memory: ArrayBuffer, byteOffset: number) {
    this.#words = new Int32Array(memory, byteOffset, 2);
    this.#text = new Uint8Array(memory, byteOffset + HEADER_BYTES, TEXT_BYTES_MAX);
  }

  /** The process waits. */
  write(report: WaitReport): void {
    const text = Buffer.from(formatWaitReport(report, TEXT_BYTES_MAX));
    this.#change(text);
  }

  /** The process goes on. */
  clear(): void {
    this.#change(null);
  }

  read(): WaitPageState {
    for (let attempt = 0; attempt < READS_MAX; attempt++) {
      const sequence = Atomics.load(this.#words, 0);
      const length = Math.min(TEXT_BYTES_MAX, Math.max(0, Atomics.load(this.#words, 1)));
      const text = Buffer.from(this.#text.subarray(0, length)).toString('utf8');
      if (sequence % 2 !== 0 || Atomics.load(this.#words, 0) !== sequence) continue;
      return { sequence, report: length === 0 ? null : parseWaitReport(text) };
    }
    return { sequence: Atomics.load(this.#words, 0), report: null };
  }

  #change(text: Uint8Array | null): void {
    // An odd one is what a writer before this one has left: another process at the same place.
    const sequence = Atomics.load(this.#words, 0) | 1;
    Atomics.store(this.#words, 0, sequence);
    if (text !== null) this.#text.set(text);
    Atomics.store(this.#words, 1, text?.length ?? 0);
    Atomics.store(this.#words, 0, (sequence + 1) | 0);
  }
}
