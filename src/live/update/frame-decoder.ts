/**
 * Takes a frame apart without copying its arrays: they are views into the frame's own memory. The bytes may come from
 * anybody, so every number is held against what is there before it is believed.
 */
import type { TypedArray } from '../../index.ts';
import { ByteReader } from './byte-reader.ts';
import { elementClass, type TypedArrayClass } from './element-types.ts';
import type { FrameHead } from './frame-encoder.ts';
import { FrameError } from './frame-error.ts';
import { KIND_MAX } from './frame-kinds.ts';
import {
  ARRAYS_MAX,
  AT,
  aligned,
  DIMENSIONS_MAX,
  MAGIC,
  NO_STEP,
  PRELUDE_BYTES,
  VERSION,
} from './frame-layout.ts';
import { decodeSmall } from './small-decoder.ts';
import { TextCache } from './text-cache.ts';

export interface ReceivedArray {
  readonly name: string;
  readonly shape: readonly number[];
  /** A view of the frame. */
  readonly data: TypedArray;
}

export interface Frame extends FrameHead {
  readonly small: Readonly<Record<string, unknown>>;
  readonly arrays: readonly ReceivedArray[];
  /** The whole frame. */
  readonly bytes: Uint8Array<ArrayBuffer>;
}

/**
 * The frame that begins at `offset`, a multiple of 8 in an aligned buffer; others may follow it. Whoever reads many frames keeps a
 * cache of their texts.
 *
 * @throws {FrameError} where it is none.
 */
export function decodeFrame(
  message: Uint8Array<ArrayBuffer>,
  offset: number = 0,
  texts: TextCache = new TextCache(),
): Frame {
  const view = new DataView(message.buffer, message.byteOffset + offset, message.byteLength - offset);
  const length = frameLength(view);
  const headerLength = view.getUint32(AT.headerLength, true);
  if (headerLength > length - PRELUDE_BYTES)
    throw new FrameError(`its header of ${headerLength} bytes does not fit into ${length}`);
  const bytes = message.subarray(offset, offset + length);
  const reader = new ByteReader(bytes, view, texts, PRELUDE_BYTES, PRELUDE_BYTES + headerLength);
  const arrays = readArrays(bytes, reader, view.getUint16(AT.arrayCount, true), headerLength);
  const small = decodeSmall(reader);
  if (reader.left > 0) throw new FrameError(`${reader.left} bytes are left over in its header`);
  const frame: Frame = {
    kind: view.getUint8(AT.kind),
    rank: view.getInt32(AT.rank, true),
    run: view.getFloat64(AT.run, true),
    step: view.getInt32(AT.step, true),
    sequence: view.getFloat64(AT.sequence, true),
    time: view.getFloat64(AT.time, true),
    discarded: view.getFloat64(AT.discarded, true),
    queued: view.getUint32(AT.queued, true),
    small,
    arrays,
    bytes,
  };
  checkHead(frame);
  return frame;
}

function frameLength(view: DataView): number {
  if (view.byteLength < PRELUDE_BYTES)
    throw new FrameError(`${view.byteLength} bytes are no frame: ${PRELUDE_BYTES} are the least`);
  const magic = view.getUint32(AT.magic, true);
  if (magic !== MAGIC)
    throw new FrameError(`it begins with 0x${magic.toString(16)}, not 0x${MAGIC.toString(16)}`);
  const version = view.getUint8(AT.version);
  if (version !== VERSION) throw new FrameError(`it is of version ${version}; ${VERSION} is understood here`);
  const length = view.getFloat64(AT.length, true);
  if (!Number.isSafeInteger(length) || length < PRELUDE_BYTES || length % 8 !== 0 || length > view.byteLength)
    throw new FrameError(`it says that it is ${length} bytes long where ${view.byteLength} are there`);
  return length;
}

function checkHead({ kind, run, step, sequence, discarded, time }: FrameHead): void {
  if (kind === 0 || kind > KIND_MAX) throw new FrameError(`no frame has the kind ${kind}`);
  checkCount('run', run);
  checkCount('sequence number', sequence);
  checkCount('number of discarded updates', discarded);
  if (step < NO_STEP) throw new FrameError(`its step is ${step}`);
  if (!Number.isFinite(time)) throw new FrameError(`its time is ${time}`);
}

function checkCount(what: string, value: number): void {
  if (!Number.isSafeInteger(value) || value < 0)
    throw new FrameError(`its ${what} is ${value}, no whole number`);
}

function readArrays(
  bytes: Uint8Array<ArrayBuffer>,
  reader: ByteReader,
  count: number,
  headerLength: number,
): ReceivedArray[] {
  if (count > ARRAYS_MAX) throw new FrameError(`it has ${count} arrays, ${ARRAYS_MAX} are the most`);
  const arrays: ReceivedArray[] = [];
  let at = aligned(PRELUDE_BYTES + headerLength);
  for (let left = count; left > 0; left -= 1) {
    const Class = readClass(reader);
    const { name, shape, elements } = readShape(reader);
    const byteLength = elements * Class.BYTES_PER_ELEMENT;
    if (byteLength > bytes.byteLength - at)
      throw new FrameError(`its array ${JSON.stringify(name)} is longer than the frame`);
    requireNew(arrays, name);
    arrays.push({ name, shape, data: new Class(bytes.buffer, bytes.byteOffset + at, elements) });
    at = aligned(at + byteLength);
  }
  if (at !== bytes.byteLength)
    throw new FrameError(`it is ${bytes.byteLength} bytes long where ${at} are used`);
  return arrays;
}

/** Quadratic, and cheaper than a set for the handful of arrays that updates have: their number is bounded. */
function requireNew(arrays: readonly ReceivedArray[], name: string): void {
  for (const array of arrays)
    if (array.name === name) throw new FrameError(`it has two arrays of the name ${JSON.stringify(name)}`);
}

function readClass(reader: ByteReader): TypedArrayClass {
  const code = reader.u8();
  const Class = elementClass(code);
  if (Class === undefined) throw new FrameError(`no class of typed arrays has the code ${code}`);
  return Class;
}

function readShape(reader: ByteReader): { name: string; shape: number[]; elements: number } {
  const dimensions = reader.u8();
  if (dimensions > DIMENSIONS_MAX) throw new FrameError(`an array has ${dimensions} dimensions`);
  const name = reader.text();
  const shape: number[] = [];
  let elements = 1;
  for (let left = dimensions; left > 0; left -= 1) {
    const extent = reader.u32();
    shape.push(extent);
    elements *= extent;
  }
  if (!Number.isSafeInteger(elements)) throw new FrameError(`an array has the shape ${shape.join('×')}`);
  return { name, shape, elements };
}
