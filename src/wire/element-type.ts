/**
 * The kinds of raw data that travel without serialisation, as codes of one byte that are frozen on the wire, and
 * the few operations on them. They stand on the path of eight-byte messages, hence tables and switches, no maps.
 *
 * Two buffers agree where they are of one class, or where one of them is a plain container of bytes.
 */
import { Buffer } from 'node:buffer';

export type TypedArray =
  | Int8Array
  | Uint8Array
  | Uint8ClampedArray
  | Int16Array
  | Uint16Array
  | Int32Array
  | Uint32Array
  | Float32Array
  | Float64Array
  | BigInt64Array
  | BigUint64Array;

/** What raw messages are sent from and received into. ArrayBuffer, Buffer and DataView are bytes. */
export type BufferLike = TypedArray | ArrayBuffer | SharedArrayBuffer | DataView;

/** A serialised value: everything that is no raw buffer. */
export const VALUE = 0;
export const INT8 = 1;
export const UINT8 = 2;
export const UINT8_CLAMPED = 3;
export const INT16 = 4;
export const UINT16 = 5;
export const INT32 = 6;
export const UINT32 = 7;
export const FLOAT32 = 8;
export const FLOAT64 = 9;
export const BIGINT64 = 10;
export const BIGUINT64 = 11;
export const ARRAY_BUFFER = 12;
/** Arrives as an ArrayBuffer: the other process cannot share the memory. */
export const SHARED_ARRAY_BUFFER = 13;
export const DATA_VIEW = 14;
/** Node's Buffer. */
export const BUFFER = 15;
/** Only where the runtime has the class (Node 24 and later). */
export const FLOAT16 = 16;
/** No data: in a collective the notice that something has gone wrong. No receive of the program's meets it. */
export const NOTICE = 63;

/** By code: the class, the bytes of one element, and whether the class is a plain container of bytes. */
const ELEMENT_TYPES: readonly (readonly [name: string, bytes: number, bytesLike: boolean])[] = [
  ['value', 0, false],
  ['Int8Array', 1, true],
  ['Uint8Array', 1, true],
  ['Uint8ClampedArray', 1, true],
  ['Int16Array', 2, false],
  ['Uint16Array', 2, false],
  ['Int32Array', 4, false],
  ['Uint32Array', 4, false],
  ['Float32Array', 4, false],
  ['Float64Array', 8, false],
  ['BigInt64Array', 8, false],
  ['BigUint64Array', 8, false],
  ['ArrayBuffer', 1, true],
  ['SharedArrayBuffer', 1, true],
  ['DataView', 1, true],
  ['Buffer', 1, true],
  ['Float16Array', 2, false],
];
const ELEMENT_BYTES: readonly number[] = ELEMENT_TYPES.map(([, bytes]) => bytes);
const ELEMENT_NAMES: readonly string[] = ELEMENT_TYPES.map(([name]) => name);
const BYTES_LIKE: readonly boolean[] = ELEMENT_TYPES.map(([, , bytesLike]) => bytesLike);

interface TypedArrayConstructor {
  new (length: number): TypedArray;
  new (buffer: ArrayBufferLike, byteOffset: number, length: number): TypedArray;
}
const Float16: TypedArrayConstructor | undefined = (globalThis as { Float16Array?: TypedArrayConstructor })
  .Float16Array;
/** By code; undefined where the code is no typed array, or the runtime has no such class. */
const CONSTRUCTORS: readonly (TypedArrayConstructor | undefined)[] = [
  undefined,
  Int8Array,
  Uint8Array,
  Uint8ClampedArray,
  Int16Array,
  Uint16Array,
  Int32Array,
  Uint32Array,
  Float32Array,
  Float64Array,
  BigInt64Array,
  BigUint64Array,
  undefined,
  undefined,
  undefined,
  undefined,
  Float16,
];

/** V8 inlines this getter, and only this way of asking tells all classes apart, whoever subclassed them. */
const typedArrayTag = Object.getOwnPropertyDescriptor(
  Object.getPrototypeOf(Uint8Array.prototype) as object,
  Symbol.toStringTag,
) as { get: (this: ArrayBufferView) => string | undefined };
const classNameOf = typedArrayTag.get;
const bytePrototype: unknown = Uint8Array.prototype;

/** The code of the data's class; {@link VALUE} where the data is no raw buffer. */
export function elementTypeOf(data: unknown): number {
  if (ArrayBuffer.isView(data)) {
    switch (classNameOf.call(data)) {
      case 'Float64Array':
        return FLOAT64;
      case 'Uint8Array':
        // Asked of the constructor first: that is a constant to the compiler, instanceof a walk.
        return data.constructor === Uint8Array || !(data instanceof Buffer) ? UINT8 : BUFFER;
      case 'Int32Array':
        return INT32;
      case 'Float32Array':
        return FLOAT32;
      case 'Uint32Array':
        return UINT32;
      case 'BigInt64Array':
        return BIGINT64;
      case 'BigUint64Array':
        return BIGUINT64;
      case 'Int16Array':
        return INT16;
      case 'Uint16Array':
        return UINT16;
      case 'Int8Array':
        return INT8;
      case 'Uint8ClampedArray':
        return UINT8_CLAMPED;
      case 'Float16Array':
        return FLOAT16;
      default:
        return DATA_VIEW;
    }
  }
  if (typeof data !== 'object' || data === null) return VALUE;
  if (data instanceof ArrayBuffer) return ARRAY_BUFFER;
  return data instanceof SharedArrayBuffer ? SHARED_ARRAY_BUFFER : VALUE;
}

/** Bytes of one element; 0 for {@link VALUE} and for codes that do not exist. */
export function elementBytes(type: number): number {
  return ELEMENT_BYTES[type] ?? 0;
}

/** The class' name, e.g. `'Float64Array'`; says so where the code does not exist. */
export function elementTypeName(type: number): string {
  return ELEMENT_NAMES[type] ?? `unknown element type ${String(type)}`;
}

/** Whether data sent as one type may be received into a buffer of the other. */
export function typesAgree(sent: number, received: number): boolean {
  if (sent === received) return true;
  if (sent === VALUE || received === VALUE || elementBytes(sent) === 0) return false;
  return BYTES_LIKE[sent] === true || BYTES_LIKE[received] === true;
}

/**
 * Whether the memory of a buffer of this type was transferred elsewhere, or made shorter than the buffer reaches. Such a one
 * looks empty, so nothing else is looked at more closely; to ask it for an element throws, as making a view of it does.
 */
export function isGone(buffer: BufferLike, type: number): boolean {
  try {
    if (buffer.byteLength > 0 || type === DATA_VIEW) return false;
    if (ArrayBuffer.isView(buffer)) (buffer as Uint8Array).at(0);
    else new Uint8Array(buffer);
    return false;
  } catch {
    return true;
  }
}

export const isTypedArray = (value: unknown): value is TypedArray =>
  ArrayBuffer.isView(value) && !(value instanceof DataView);

/** The buffer's bytes: a view, no copy; the same object where it is a Uint8Array (or Buffer) already. */
export function bytesOf(buffer: BufferLike): Uint8Array {
  if (ArrayBuffer.isView(buffer)) {
    return buffer instanceof Uint8Array
      ? buffer
      : new Uint8Array(buffer.buffer, buffer.byteOffset, buffer.byteLength);
  }
  return new Uint8Array(buffer);
}

/**
 * Hands out bytes as a buffer of the given class, without a copy. The bytes must own their memory: they begin at
 * its start and fill it. Throws a RangeError where a peer's type is unknown or its length is no whole number of
 * elements.
 */
export function bufferOfType(type: number, bytes: Uint8Array): BufferLike {
  // Asking for `buffer` moves a small array off the JavaScript heap, so it is asked for last.
  if (type === UINT8 && Object.getPrototypeOf(bytes) === bytePrototype) return bytes;
  const { buffer, byteLength } = bytes;
  switch (type) {
    case ARRAY_BUFFER:
    case SHARED_ARRAY_BUFFER:
      return buffer;
    case DATA_VIEW:
      return new DataView(buffer, 0, byteLength);
    case BUFFER:
      return Buffer.from(buffer, 0, byteLength);
    default: {
      const count = elementCount(type, byteLength);
      return new (typedArrayConstructor(type))(buffer, 0, count);
    }
  }
}

/** A fresh buffer of the given class, and its bytes to be filled. Throws as {@link bufferOfType} does. */
export function allocateOfType(type: number, byteLength: number): { data: BufferLike; bytes: Uint8Array } {
  elementCount(type, byteLength);
  const bytes = new Uint8Array(byteLength);
  return { data: bufferOfType(type, bytes), bytes };
}

/** A fresh typed array of zeros; undefined where the code is none of a typed array. */
export function typedArrayOf(type: number, length: number): TypedArray | undefined {
  const constructor = CONSTRUCTORS[type];
  return constructor === undefined ? undefined : new constructor(length);
}

/** A view of elements that lie somewhere in memory, at an address that suits them; no copy. */
export function typedArrayOver(
  type: number,
  buffer: ArrayBufferLike,
  byteOffset: number,
  length: number,
): TypedArray {
  return new (typedArrayConstructor(type))(buffer, byteOffset, length);
}

/** Elements of the type in so many bytes of raw data; throws a RangeError where that is no whole number. */
export function elementCount(type: number, byteLength: number): number {
  const bytes = elementBytes(type);
  if (bytes === 0) {
    throw new RangeError(`malformed data: ${elementTypeName(type)} is no type of raw data`);
  }
  const count = byteLength / bytes;
  if (!Number.isInteger(count)) {
    throw new RangeError(
      `malformed data: ${String(byteLength)} bytes are no whole number of elements of ` +
        `${elementTypeName(type)} (${String(bytes)} bytes each)`,
    );
  }
  return count;
}

function typedArrayConstructor(type: number): TypedArrayConstructor {
  const constructor = CONSTRUCTORS[type];
  if (constructor === undefined) {
    throw new RangeError(
      `cannot receive a ${elementTypeName(type)}: Node ${process.versions.node} has no such class`,
    );
  }
  return constructor;
}
