/**
 * One topic's value on its way to a viewer: a binary message of a fixed head, which differs from viewer to viewer, and a body,
 * which all of them share. Server and page both use this file; it knows neither Node nor the DOM.
 *
 *     head  0  magic        u32   "PLV1"
 *           4  text length  u32
 *           8  version      f64   counts the values of this topic, also when it is removed and shown again
 *          16  time         f64   of the value, in milliseconds since 1970
 *          24  skipped      f64   values of this topic that this viewer has not been sent, in all
 *     body 32  text               JSON: name, arrays [class, offset, length], panel with { "$array": n } in their places
 *           …  arrays             raw, little-endian, each at a multiple of eight
 */

export const HEAD_BYTES = 32;
const MAGIC = 0x31564c50;
const ALIGNMENT = 8;

export interface ViewFrame<P = unknown> {
  readonly name: string;
  readonly version: number;
  readonly time: number;
  readonly skipped: number;
  readonly panel: P;
}

type ArrayClass = new (buffer: ArrayBuffer, offset: number, length: number) => ArrayBufferView;

const CLASSES: Readonly<Record<string, ArrayClass>> = {
  Int8Array,
  Uint8Array,
  Uint8ClampedArray,
  Int16Array,
  Uint16Array,
  Int32Array,
  Uint32Array,
  Float32Array,
  Float64Array,
};

export interface FrameBody {
  readonly textBytes: number;
  /** Follows the head. */
  readonly bytes: Uint8Array;
}

/**
 * Copies all arrays. 64-bit integers become floating point numbers: that is what a page can draw.
 *
 * @param room memory that nobody needs any more: where it is large enough, and not far too large, the body lies there
 */
export function encodeBody(name: string, panel: unknown, room?: Uint8Array): FrameBody {
  const arrays: ArrayBufferView[] = [];
  const list: [className: string, offset: number, length: number][] = [];
  let end = 0;
  const plain = replaceArrays(panel, (array) => {
    const whole = asDrawable(array);
    list.push([whole[Symbol.toStringTag], end, whole.length]);
    arrays.push(whole);
    end = aligned(end + whole.byteLength);
    return { $array: arrays.length - 1 };
  });
  const text = new TextEncoder().encode(JSON.stringify({ name, arrays: list, panel: plain }));
  const start = aligned(HEAD_BYTES + text.length) - HEAD_BYTES;
  const bytes = roomFor(start + end, room);
  bytes.set(text);
  bytes.fill(0, text.length, start);
  arrays.forEach((array, index) => {
    const offset = list[index]?.[1] ?? 0;
    bytes.set(new Uint8Array(array.buffer, array.byteOffset, array.byteLength), start + offset);
    bytes.fill(0, start + offset + array.byteLength, start + aligned(offset + array.byteLength));
  });
  return { textBytes: text.length, bytes };
}

export function encodeHead(body: FrameBody, version: number, time: number, skipped: number): Uint8Array {
  const head = new Uint8Array(HEAD_BYTES);
  const view = new DataView(head.buffer);
  view.setUint32(0, MAGIC, true);
  view.setUint32(4, body.textBytes, true);
  view.setFloat64(8, version, true);
  view.setFloat64(16, time, true);
  view.setFloat64(24, skipped, true);
  return head;
}

/** Arrays are views of the message. Throws where it is none of ours. */
export function decodeViewFrame<P>(message: ArrayBuffer): ViewFrame<P> {
  const view = new DataView(message);
  if (message.byteLength < HEAD_BYTES || view.getUint32(0, true) !== MAGIC)
    throw new Error('Cannot read a message of the server: it does not begin as a frame');
  const textBytes = view.getUint32(4, true);
  const text = new TextDecoder().decode(new Uint8Array(message, HEAD_BYTES, textBytes));
  const { name, arrays, panel } = JSON.parse(text) as {
    name: string;
    arrays: readonly [string, number, number][];
    panel: unknown;
  };
  const start = aligned(HEAD_BYTES + textBytes);
  const views = arrays.map(([className, offset, length]) => {
    const Class = CLASSES[className];
    if (Class === undefined) throw new Error(`Cannot read an array of the class "${className}"`);
    return new Class(message, start + offset, length);
  });
  return {
    name,
    version: view.getFloat64(8, true),
    time: view.getFloat64(16, true),
    skipped: view.getFloat64(24, true),
    panel: restoreArrays(panel, views) as P,
  };
}

/** JSON has no NaN and no infinity; a readout may well have. */
function replaceArrays(value: unknown, replace: (array: ArrayBufferView) => unknown): unknown {
  if (ArrayBuffer.isView(value)) return replace(value);
  if (Array.isArray(value)) return value.map((item) => replaceArrays(item, replace));
  if (typeof value === 'number' && !Number.isFinite(value)) return { $number: String(value) };
  if (typeof value === 'bigint') return Number(value);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, replaceArrays(item, replace)]));
}

function restoreArrays(value: unknown, arrays: readonly ArrayBufferView[]): unknown {
  if (Array.isArray(value)) return value.map((item) => restoreArrays(item, arrays));
  if (typeof value !== 'object' || value === null) return value;
  const { $array, $number } = value as { $array?: number; $number?: string };
  if ($array !== undefined) return arrays[$array];
  if ($number !== undefined) return Number($number);
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, restoreArrays(item, arrays)]));
}

type Drawable = Float64Array | Float32Array | Int32Array;

function asDrawable(array: ArrayBufferView): Drawable {
  const tag = (array as Drawable)[Symbol.toStringTag] as string;
  if (tag in CLASSES) return array as Drawable;
  return Float64Array.from(array as unknown as ArrayLike<bigint | number>, Number);
}

function roomFor(bytes: number, room: Uint8Array | undefined): Uint8Array {
  const isRight = room !== undefined && room.byteLength >= bytes && room.byteLength <= 2 * bytes;
  return isRight ? room.subarray(0, bytes) : new Uint8Array(bytes);
}

const aligned = (bytes: number): number => Math.ceil(bytes / ALIGNMENT) * ALIGNMENT;
