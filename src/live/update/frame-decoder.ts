/**
 * Takes a frame apart without copying its arrays: they are views into the frame's own memory. The bytes may come from
 * anybody, so every number is held against what is there before it is believed.
 */
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
import { LayoutTrials } from './header-layout.ts';
import { type ArrayLayout, type MessageViews, RepeatedHeader } from './repeated-header.ts';
import type { ReceivedArray } from './received-array.ts';
import { decodeSmall } from './small-decoder.ts';
import { TextCache } from './text-cache.ts';

interface Header {
  readonly small: Readonly<Record<string, unknown>>;
  readonly arrays: readonly ReceivedArray[];
}

const NO_WORDS = new Int32Array(0);

export interface Frame extends FrameHead {
  readonly small: Readonly<Record<string, unknown>>;
  readonly arrays: readonly ReceivedArray[];
  /** The whole frame. */
  readonly bytes: Uint8Array<ArrayBuffer>;
}

/**
 * The frame that these bytes begin with, in an aligned buffer.
 *
 * @throws {FrameError} where it is none.
 */
export function decodeFrame(message: Uint8Array<ArrayBuffer>): Frame {
  return new FrameDecoder().decode(viewsOf(message), 0);
}

/** What a decoder reads a message by. */
export function viewsOf(bytes: Uint8Array<ArrayBuffer>): MessageViews {
  const { buffer, byteOffset, byteLength } = bytes;
  const words = byteOffset % 4 === 0 ? new Int32Array(buffer, byteOffset, byteLength >> 2) : NO_WORDS;
  return { bytes, view: new DataView(buffer, byteOffset, byteLength), words };
}

/** Reads the frames of one sender, which resemble each other. */
export class FrameDecoder {
  readonly #texts = new TextCache();
  readonly #trials = new LayoutTrials();
  #repeated: RepeatedHeader | null = null;

  /**
   * The frame that begins at `offset`, a multiple of 8; others may follow it.
   *
   * @throws {FrameError} where it is none.
   */
  decode(message: MessageViews, offset: number): Frame {
    const { bytes: all, view } = message;
    const length = frameLength(view, offset, all.byteLength - offset);
    const headerLength = view.getUint32(offset + AT.headerLength, true);
    if (headerLength > length - PRELUDE_BYTES)
      throw new FrameError(`its header of ${headerLength} bytes does not fit into ${length}`);
    const bytes = new Uint8Array(all.buffer, all.byteOffset + offset, length);
    const arrayCount = view.getUint16(offset + AT.arrayCount, true);
    const header = this.#repeatedHeader(message, offset, headerLength, arrayCount, bytes);
    const { small, arrays } = header ?? this.#newHeader(bytes, headerLength, arrayCount);
    const frame: Frame = {
      kind: view.getUint8(offset + AT.kind),
      rank: view.getInt32(offset + AT.rank, true),
      run: view.getFloat64(offset + AT.run, true),
      step: view.getInt32(offset + AT.step, true),
      sequence: view.getFloat64(offset + AT.sequence, true),
      time: view.getFloat64(offset + AT.time, true),
      discarded: view.getFloat64(offset + AT.discarded, true),
      queued: view.getUint32(offset + AT.queued, true),
      small,
      arrays,
      bytes,
    };
    checkHead(frame);
    return frame;
  }

  #repeatedHeader(
    message: MessageViews,
    offset: number,
    headerLength: number,
    arrayCount: number,
    bytes: Uint8Array<ArrayBuffer>,
  ): Header | null {
    const known = this.#repeated;
    if (known?.byteLength !== headerLength || known.arrays.length !== arrayCount) return null;
    if (4 * message.words.length < offset + aligned(PRELUDE_BYTES + headerLength)) return null;
    const small = known.read(message, offset + PRELUDE_BYTES);
    if (small === null) return null;
    const arrays = placeArrays(known.arrays, bytes, headerLength);
    this.#trials.hit();
    return { small, arrays };
  }

  #newHeader(bytes: Uint8Array<ArrayBuffer>, headerLength: number, arrayCount: number): Header {
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    const end = PRELUDE_BYTES + headerLength;
    const reader = new ByteReader(bytes, view, this.#texts, PRELUDE_BYTES, end);
    const arrays = readArrays(bytes, reader, arrayCount, headerLength);
    const smallStart = headerLength - reader.left;
    const small = decodeSmall(reader);
    if (reader.left > 0) throw new FrameError(`${reader.left} bytes are left over in its header`);
    if (this.#trials.isWorthwhile())
      this.#repeated = RepeatedHeader.learn(bytes.subarray(PRELUDE_BYTES, end), smallStart, small, arrays);
    return { small, arrays };
  }
}

function frameLength(view: DataView, offset: number, left: number): number {
  if (left < PRELUDE_BYTES)
    throw new FrameError(`${left} bytes are no frame: ${PRELUDE_BYTES} are the least`);
  const magic = view.getUint32(offset + AT.magic, true);
  if (magic !== MAGIC)
    throw new FrameError(`it begins with 0x${magic.toString(16)}, not 0x${MAGIC.toString(16)}`);
  const version = view.getUint8(offset + AT.version);
  if (version !== VERSION) throw new FrameError(`it is of version ${version}; ${VERSION} is understood here`);
  const length = view.getFloat64(offset + AT.length, true);
  if (!Number.isSafeInteger(length) || length < PRELUDE_BYTES || length % 8 !== 0 || length > left)
    throw new FrameError(`it says that it is ${length} bytes long where ${left} are there`);
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
  requireEnd(at, bytes);
  return arrays;
}

/** Arrays like these, in another frame. */
function placeArrays(
  known: readonly ArrayLayout[],
  bytes: Uint8Array<ArrayBuffer>,
  headerLength: number,
): ReceivedArray[] {
  const arrays: ReceivedArray[] = [];
  let at = aligned(PRELUDE_BYTES + headerLength);
  for (const { name, shape, Class, elements, byteLength } of known) {
    if (byteLength > bytes.byteLength - at)
      throw new FrameError(`its array ${JSON.stringify(name)} is longer than the frame`);
    arrays.push({ name, shape, data: new Class(bytes.buffer, bytes.byteOffset + at, elements) });
    at = aligned(at + byteLength);
  }
  requireEnd(at, bytes);
  return arrays;
}

function requireEnd(at: number, bytes: Uint8Array): void {
  if (at !== bytes.byteLength)
    throw new FrameError(`it is ${bytes.byteLength} bytes long where ${at} are used`);
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
