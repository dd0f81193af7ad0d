/** Puts a frame together: the head in scratch memory first, since only then its length is known, then all in one buffer. */
import { MPIError, type TypedArray } from '../../index.ts';
import type { BufferPool, PooledBuffer } from './buffer-pool.ts';
import { ByteWriter } from './byte-writer.ts';
import { elementCode } from './element-types.ts';
import { ARRAYS_MAX, AT, aligned, MAGIC, PRELUDE_BYTES, VERSION } from './frame-layout.ts';
import { RepeatedSmall } from './repeated-small.ts';
import { encodeSmall } from './small-encoder.ts';

export interface ArrayToSend {
  readonly name: string;
  readonly data: TypedArray;
  readonly shape: readonly number[];
}

/** The fixed part of a frame. */
export interface FrameHead {
  readonly kind: number;
  readonly rank: number;
  readonly run: number;
  readonly step: number;
  readonly sequence: number;
  /** Milliseconds since 1970. */
  readonly time: number;
  /** Updates of this run that the client has discarded so far. */
  readonly discarded: number;
  /** Updates that wait in the client's queue behind this one. */
  readonly queued: number;
}

export class FrameEncoder {
  readonly #pool: BufferPool;
  /** The frame up to its first array; what was there last is there until the next. */
  readonly #head = new ByteWriter();
  readonly #repeated = new RepeatedSmall(this.#head);
  /** Where the small values stand in there. */
  #smallStart = 0;
  #smallEnd = 0;

  constructor(pool: BufferPool) {
    this.#pool = pool;
  }

  /** Copies everything: the caller may change arrays and values right afterwards. */
  encode(
    head: FrameHead,
    small: Readonly<Record<string, unknown>>,
    arrays: readonly ArrayToSend[],
  ): PooledBuffer {
    if (arrays.length > ARRAYS_MAX)
      throw new MPIError(
        'MPI_ERR_ARG',
        `Cannot send ${arrays.length} arrays in one update: ${ARRAYS_MAX} are the most`,
      );
    const start = this.#header(small, arrays);
    const length = lengthWith(start, arrays);
    const buffer = this.#pool.acquire(length);
    const { bytes } = buffer;
    writePrelude(this.#head.view, head, this.#smallEnd - PRELUDE_BYTES, arrays.length, length);
    buffer.take(this.#head.bytes, start);
    let at = start;
    for (const { data } of arrays) {
      bytes.set(new Uint8Array(data.buffer, data.byteOffset, data.byteLength), at);
      const end = at + data.byteLength;
      at = aligned(end);
      bytes.fill(0, end, at);
    }
    return buffer;
  }

  /** The frame up to its first array; null where that is longer than `bytesMax`. */
  encodeBeginning(
    head: FrameHead,
    small: Readonly<Record<string, unknown>>,
    arrays: readonly ArrayToSend[],
    bytesMax: number,
  ): { readonly beginning: PooledBuffer; readonly byteLength: number } | null {
    if (arrays.length > ARRAYS_MAX) return null;
    const start = this.#header(small, arrays);
    if (start > bytesMax) return null;
    const byteLength = lengthWith(start, arrays);
    const beginning = this.#pool.acquire(start);
    writePrelude(this.#head.view, head, this.#smallEnd - PRELUDE_BYTES, arrays.length, byteLength);
    beginning.take(this.#head.bytes, start);
    return { beginning, byteLength };
  }

  /** Writes all but the prelude; where the first array is to stand. */
  #header(small: Readonly<Record<string, unknown>>, arrays: readonly ArrayToSend[]): number {
    const writer = this.#head;
    writer.length = PRELUDE_BYTES;
    for (const { name, data, shape } of arrays) {
      writer.u8(elementCode(data));
      writer.u8(shape.length);
      writer.text(name);
      for (const extent of shape) writer.u32(extent);
    }
    if (writer.length !== this.#smallStart || !this.#repeated.write(small)) this.#writeSmall(small);
    const start = aligned(this.#smallEnd);
    writer.length = this.#smallEnd;
    for (let left = start - this.#smallEnd; left > 0; left -= 1) writer.u8(0);
    return start;
  }

  #writeSmall(small: Readonly<Record<string, unknown>>): void {
    const writer = this.#head;
    this.#smallStart = writer.length;
    this.#repeated.forget();
    encodeSmall(writer, small);
    this.#smallEnd = writer.length;
    this.#repeated.learn(small, this.#smallStart);
  }
}

/** Of the whole frame. */
function lengthWith(start: number, arrays: readonly ArrayToSend[]): number {
  let length = start;
  for (const { data } of arrays) length += aligned(data.byteLength);
  return length;
}

function writePrelude(
  view: DataView,
  head: FrameHead,
  headerLength: number,
  arrayCount: number,
  length: number,
): void {
  view.setUint32(AT.magic, MAGIC, true);
  view.setUint8(AT.version, VERSION);
  view.setUint8(AT.kind, head.kind);
  view.setUint16(AT.arrayCount, arrayCount, true);
  view.setInt32(AT.rank, head.rank, true);
  view.setInt32(AT.step, head.step, true);
  view.setFloat64(AT.run, head.run, true);
  view.setFloat64(AT.sequence, head.sequence, true);
  view.setFloat64(AT.time, head.time, true);
  view.setFloat64(AT.discarded, head.discarded, true);
  view.setUint32(AT.headerLength, headerLength, true);
  view.setUint32(AT.queued, head.queued, true);
  view.setFloat64(AT.length, length, true);
}

/** Says in a frame that is about to leave how much its client has discarded, and how much waits behind it, by now. */
export function stampFrame({ view }: PooledBuffer, discarded: number, queued: number): void {
  view.setFloat64(AT.discarded, discarded, true);
  view.setUint32(AT.queued, queued, true);
}
