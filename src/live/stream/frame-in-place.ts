/**
 * An update whose arrays go out from where the program has them: into a slot that the master reads it in. Where none is free, nor soon,
 * its beginning goes as a short message, then each array, while the program waits. Where the master does not take them soon, what
 * is left is copied, and the program goes on: a slow master holds its clients only when their queues are full.
 *
 *     slot ─→ notice
 *       └─ none ─→ beginning ─→ array ─→ array ─→ …        each waited for until the master has it
 *                                 └─ patience is over ─→ copies of this one and the rest
 */
import { MPIError, type Request } from '../../index.ts';
import type { BufferPool, PooledBuffer } from '../update/buffer-pool.ts';
import type { ArrayToSend, FrameEncoder, FrameHead } from '../update/frame-encoder.ts';
import { aligned } from '../update/frame-layout.ts';
import { asError } from './as-error.ts';
import type { ClientSlots, Slot } from './client-slots.ts';
import type { MasterLine } from './master-line.ts';
import type { MessageWriter, Write } from './message-writer.ts';
import { NOTICE_BYTES_MAX } from './slot-layout.ts';
import { SHORT_BYTES_MAX } from './wire-tags.ts';

/** Longer than masters think that keep up, and shorter than what a detector's own buffers bridge. */
export const PATIENCE_MS = 50;
/** Arrays that are shorter on the average are copied: to wait for them would take longer. */
const ARRAY_BYTES_MIN = SHORT_BYTES_MAX;

/** What such updates of a client go by. */
export interface InPlaceMeans {
  readonly encoder: FrameEncoder;
  readonly pool: BufferPool;
  readonly write: Write;
  readonly slots: ClientSlots;
  readonly line: MasterLine;
}

export class FrameInPlace {
  readonly beginning: PooledBuffer;
  /** Of the whole frame. */
  readonly byteLength: number;
  /** To be sent in place of the arrays that the master has not taken. */
  readonly copies: PooledBuffer[] = [];
  failure: Error | null = null;
  readonly #parts: readonly Uint8Array[];
  readonly #means: InPlaceMeans;
  #begun = 0;

  private constructor(
    beginning: PooledBuffer,
    parts: readonly Uint8Array[],
    byteLength: number,
    means: InPlaceMeans,
  ) {
    this.beginning = beginning;
    this.#parts = parts;
    this.byteLength = byteLength;
    this.#means = means;
  }

  /** Of an update whose arrays are long enough; null where a copy of it has to be sent. */
  static of(
    means: InPlaceMeans,
    head: FrameHead,
    small: Readonly<Record<string, unknown>>,
    arrays: readonly ArrayToSend[],
  ): FrameInPlace | null {
    let bytes = 0;
    for (const { data } of arrays) bytes += data.byteLength;
    if (arrays.length === 0 || bytes < arrays.length * ARRAY_BYTES_MIN) return null;
    const begun = means.encoder.encodeBeginning(head, small, arrays, SHORT_BYTES_MAX);
    if (begun === null) return null;
    const parts = arrays
      .filter(({ data }) => data.byteLength > 0)
      .map(({ data }) => new Uint8Array(data.buffer, data.byteOffset, data.byteLength));
    return new FrameInPlace(begun.beginning, parts, begun.byteLength, means);
  }

  /** The whole frame, in memory of its own. It does not go from where it lies any more. */
  copied(): PooledBuffer {
    const buffer = this.#means.pool.acquire(this.byteLength);
    this.#putTogether(buffer.bytes);
    return buffer;
  }

  /** Sends it, in a slot or else its arrays one after the other. */
  async send(writer: MessageWriter): Promise<void> {
    const slot = this.#means.slots.take(this.byteLength) ?? (await this.#slotInTime());
    if (slot === null) writer.send(this.beginning);
    else this.#fill(slot, writer);
    for (let part = this.#next(); part !== null; part = this.#next()) {
      try {
        await part;
      } catch (error) {
        this.#interrupt(error);
      }
    }
  }

  /** The same, blocking. */
  sendSync(writer: MessageWriter): void {
    const slot = this.#means.slots.take(this.byteLength) ?? this.#slotInTimeSync();
    if (slot === null) writer.send(this.beginning);
    else this.#fill(slot, writer);
    for (let part = this.#next(); part !== null; part = this.#next()) {
      try {
        part.waitSync();
      } catch (error) {
        this.#interrupt(error);
      }
    }
  }

  /** A slot that is given back soon; null where none is. */
  async #slotInTime(): Promise<Slot | null> {
    const { slots } = this.#means;
    if (!slots.askFor(this.byteLength)) return null;
    const over = new AbortController();
    const timer = setTimeout(() => {
      over.abort();
      slots.hear();
    }, PATIENCE_MS);
    let slot = slots.take(this.byteLength);
    while (slot === null && !over.signal.aborted && slots.askFor(this.byteLength)) {
      slot = slots.take(this.byteLength);
      if (slot === null) await slots.heard();
    }
    clearTimeout(timer);
    slots.stopAsking(slot === null);
    return slot;
  }

  #slotInTimeSync(): Slot | null {
    const { slots, line } = this.#means;
    if (!slots.askFor(this.byteLength)) return null;
    let slot = slots.take(this.byteLength);
    const limit = slot === null ? slots.limitWait(PATIENCE_MS) : null;
    while (slot === null && limit?.done === false && slots.askFor(this.byteLength)) {
      slot = slots.take(this.byteLength);
      if (slot === null) line.waitSync(limit);
    }
    limit?.cancel();
    slots.stopAsking(slot === null);
    return slot;
  }

  /** Puts it together where the master reads it, and says so. */
  #fill(slot: Slot, writer: MessageWriter): void {
    this.#putTogether(slot.buffer.bytes);
    const notice = this.#means.pool.acquire(NOTICE_BYTES_MAX);
    writer.send(notice.shortened(slot.writeNotice(notice.bytes)));
  }

  #putTogether(bytes: Uint8Array): void {
    const { beginning } = this;
    bytes.set(beginning.bytes);
    let at = beginning.bytes.byteLength;
    beginning.release();
    for (const part of this.#parts) {
      bytes.set(part, at);
      const end = at + part.byteLength;
      at = aligned(end);
      if (end < at) bytes.fill(0, end, at);
    }
    this.#begun = this.#parts.length;
  }

  /** Begins to send the next array; null where there is none left. */
  #next(): Request | null {
    const part = this.#parts[this.#begun];
    if (part === undefined) return null;
    this.#begun += 1;
    try {
      return this.#means.write(part, { timeout: PATIENCE_MS });
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
      const copy = this.#means.pool.acquire(part.byteLength);
      copy.bytes.set(part);
      this.copies.push(copy);
    }
  }
}
