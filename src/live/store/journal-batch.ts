/**
 * Records that are written together: short frames are copied side by side, long ones stay where they are. A batch that is finished is
 * empty, and keeps its memory for the next records.
 */
import type { PooledBuffer } from '../update/buffer-pool.ts';
import { RECORD_HEAD_BYTES, type RecordHead, writeRecordHead } from './journal-format.ts';

export type Stored = (error: Error | null) => void;

const COPIED_BYTES_MAX = 16_384;
const CHUNK_BYTES = 2 ** 18;

export class JournalBatch {
  readonly #parts: Uint8Array[] = [];
  readonly #held: PooledBuffer[] = [];
  readonly #stored: Stored[] = [];
  /** Where short things go, up to `#used`; `#sealed` of it is in a part already. */
  #chunk = new Uint8Array(0);
  #used = 0;
  #sealed = 0;
  bytes: number = 0;

  get isEmpty(): boolean {
    return this.bytes === 0;
  }

  add(head: RecordHead, frame: Uint8Array, buffer: PooledBuffer | null, stored: Stored): void {
    const copied = frame.byteLength <= COPIED_BYTES_MAX || buffer === null;
    const at = this.#room(RECORD_HEAD_BYTES + (copied ? frame.byteLength : 0));
    writeRecordHead(this.#chunk.subarray(at, at + RECORD_HEAD_BYTES), head, frame);
    if (copied) {
      this.#chunk.set(frame, at + RECORD_HEAD_BYTES);
    } else {
      this.#seal();
      buffer.retain();
      this.#held.push(buffer);
      this.#parts.push(frame);
    }
    this.bytes += RECORD_HEAD_BYTES + frame.byteLength;
    this.#stored.push(stored);
  }

  /** All bytes, in order. */
  parts(): readonly Uint8Array[] {
    this.#seal();
    return this.#parts;
  }

  /** Gives memory back, and tells everybody. */
  finish(error: Error | null): void {
    for (const buffer of this.#held) buffer.release();
    for (const stored of this.#stored) stored(error);
    this.#held.length = this.#stored.length = this.#parts.length = 0;
    this.#used = this.#sealed = this.bytes = 0;
    if (this.#chunk.byteLength > CHUNK_BYTES) this.#chunk = new Uint8Array(0);
  }

  #room(length: number): number {
    if (this.#used + length > this.#chunk.byteLength) {
      this.#seal();
      this.#chunk = new Uint8Array(Math.max(CHUNK_BYTES, length));
      this.#used = this.#sealed = 0;
    }
    const at = this.#used;
    this.#used += length;
    return at;
  }

  #seal(): void {
    if (this.#used > this.#sealed) this.#parts.push(this.#chunk.subarray(this.#sealed, this.#used));
    this.#sealed = this.#used;
  }
}
