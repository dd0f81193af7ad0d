/** Puts a frame together: the head in scratch memory first, since only then its length is known, then all in one buffer. */
import { MPIError, type TypedArray } from '../../index.ts';
import type { BufferPool, PooledBuffer } from './buffer-pool.ts';
import { ByteWriter } from './byte-writer.ts';
import { elementCode } from './element-types.ts';
import { ARRAYS_MAX, AT, aligned, MAGIC, PRELUDE_BYTES, VERSION } from './frame-layout.ts';
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
  readonly #head = new ByteWriter();

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
    const headerLength = this.#header(small, arrays);
    const start = aligned(PRELUDE_BYTES + headerLength);
    const length = arrays.reduce((sum, { data }) => sum + aligned(data.byteLength), start);
    const buffer = this.#pool.acquire(length);
    const { bytes } = buffer;
    bytes.set(this.#head.bytes.subarray(0, headerLength), PRELUDE_BYTES);
    bytes.fill(0, PRELUDE_BYTES + headerLength, start);
    let at = start;
    for (const { data } of arrays) {
      bytes.set(new Uint8Array(data.buffer, data.byteOffset, data.byteLength), at);
      const end = at + data.byteLength;
      at = aligned(end);
      bytes.fill(0, end, at);
    }
    writePrelude(bytes, head, headerLength, arrays.length);
    return buffer;
  }

  #header(small: Readonly<Record<string, unknown>>, arrays: readonly ArrayToSend[]): number {
    const writer = this.#head;
    writer.reset();
    for (const { name, data, shape } of arrays) {
      writer.u8(elementCode(data));
      writer.u8(shape.length);
      writer.text(name);
      for (const extent of shape) writer.u32(extent);
    }
    encodeSmall(writer, small);
    return writer.length;
  }
}

function writePrelude(bytes: Uint8Array, head: FrameHead, headerLength: number, arrayCount: number): void {
  const view = new DataView(bytes.buffer, bytes.byteOffset, PRELUDE_BYTES);
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
  view.setFloat64(AT.length, bytes.byteLength, true);
}

/** Says in a frame that is about to leave how much its client has discarded, and how much waits behind it, by now. */
export function stampFrame(bytes: Uint8Array, discarded: number, queued: number): void {
  const view = new DataView(bytes.buffer, bytes.byteOffset, PRELUDE_BYTES);
  view.setFloat64(AT.discarded, discarded, true);
  view.setUint32(AT.queued, queued, true);
}
