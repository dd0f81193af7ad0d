/**
 * An update whose arrays go out from where the program has them, while the program waits: its beginning as a short message, then
 * each array. Where the master does not take them soon, what is left is copied, and the program goes on: a slow master
 * holds its clients only when their queues are full.
 *
 *     beginning ─→ array ─→ array ─→ …        each waited for until the master has it
 *                    └─ patience is over ─→ copies of this one and the rest
 */
import { MPIError, type Request, type WaitOptions } from '../../index.ts';
import type { BufferPool, PooledBuffer } from '../update/buffer-pool.ts';
import type { ArrayToSend, FrameEncoder, FrameHead } from '../update/frame-encoder.ts';
import { asError } from './as-error.ts';
import { SHORT_BYTES_MAX } from './wire-tags.ts';

/** Sends these bytes on, with everything that was sent before them ahead. */
export type Write = (bytes: Uint8Array, options?: WaitOptions) => Request;

/** Longer than masters think that keep up, and shorter than what a detector's own buffers bridge. */
const PATIENCE_MS = 50;
/** Arrays that are shorter on the average are copied: to wait for them would take longer. */
const ARRAY_BYTES_MIN = SHORT_BYTES_MAX;

export class FrameInPlace {
  readonly beginning: PooledBuffer;
  /** Of the whole frame. */
  readonly byteLength: number;
  /** To be sent in place of the arrays that the master has not taken. */
  readonly copies: PooledBuffer[] = [];
  failure: Error | null = null;
  readonly #parts: readonly Uint8Array[];
  readonly #pool: BufferPool;
  readonly #write: Write;
  #begun = 0;

  private constructor(
    beginning: PooledBuffer,
    parts: readonly Uint8Array[],
    byteLength: number,
    pool: BufferPool,
    write: Write,
  ) {
    this.beginning = beginning;
    this.#parts = parts;
    this.byteLength = byteLength;
    this.#pool = pool;
    this.#write = write;
  }

  /** Of an update whose arrays are long enough; null where a copy of it has to be sent. */
  static of(
    encoder: FrameEncoder,
    head: FrameHead,
    small: Readonly<Record<string, unknown>>,
    arrays: readonly ArrayToSend[],
    pool: BufferPool,
    write: Write,
  ): FrameInPlace | null {
    let bytes = 0;
    for (const { data } of arrays) bytes += data.byteLength;
    if (arrays.length === 0 || bytes < arrays.length * ARRAY_BYTES_MIN) return null;
    const begun = encoder.encodeBeginning(head, small, arrays, SHORT_BYTES_MAX);
    if (begun === null) return null;
    const parts = arrays
      .filter(({ data }) => data.byteLength > 0)
      .map(({ data }) => new Uint8Array(data.buffer, data.byteOffset, data.byteLength));
    return new FrameInPlace(begun.beginning, parts, begun.byteLength, pool, write);
  }

  /** Sends the arrays, one after the other. */
  async send(): Promise<void> {
    for (let part = this.#next(); part !== null; part = this.#next()) {
      try {
        await part;
      } catch (error) {
        this.#interrupt(error);
      }
    }
  }

  /** The same, blocking. */
  sendSync(): void {
    for (let part = this.#next(); part !== null; part = this.#next()) {
      try {
        part.waitSync();
      } catch (error) {
        this.#interrupt(error);
      }
    }
  }

  /** Begins to send the next array; null where there is none left. */
  #next(): Request | null {
    const part = this.#parts[this.#begun];
    if (part === undefined) return null;
    this.#begun += 1;
    try {
      return this.#write(part, { timeout: PATIENCE_MS });
    } catch (error) {
      this.#interrupt(error);
      return null;
    }
  }

  /** The array that was sent last has not gone: patience is over, or nothing goes any more. */
  #interrupt(reason: unknown): void {
    const left = this.#parts.slice(this.#begun - 1);
    this.#begun = this.#parts.length;
    if (!(reason instanceof MPIError && reason.code === 'MPI_ERR_TIMEOUT')) {
      this.failure = asError(reason);
      return;
    }
    for (const part of left) {
      const copy = this.#pool.acquire(part.byteLength);
      copy.bytes.set(part);
      this.copies.push(copy);
    }
  }
}
