/**
 * The bytes of a value while they are read. They come from another process, which may even change them meanwhile:
 * every read checks the end, every byte is read once, every count is paid for by bytes that are there.
 */
import { Buffer } from 'node:buffer';
import { elementBytes, elementTypeName, type BufferLike } from './element-type.ts';
import { BufferCopier } from './value-buffers.ts';
import * as format from './value-format.ts';

/** Messages from here on are worth a DataView, which makes reading a number faster, and is slow to make. */
const VIEWED_BYTES_MIN = 512;
/** Up to here strings are put together from character codes; a call into Node is faster for longer ones. */
const LOOP_CHARACTERS_MAX = 8;

const EMPTY = new Uint8Array(0);

/** Node's string conversions, which are faster than `toString(…)`, work on any Uint8Array, and are undocumented. */
interface Slices {
  readonly latin1Slice: Slice;
  readonly ucs2Slice: Slice;
  readonly hexSlice: Slice;
}
type Slice = (this: Uint8Array, start: number, end: number) => string;
const { latin1Slice, ucs2Slice, hexSlice } = Buffer.prototype as unknown as Slices;

/** What every malformed value ends in; the caller adds from whom it came. */
export function malformed(what: string): Error {
  return new Error(`malformed value: ${what}`);
}

export class ValueReader {
  bytes: Uint8Array = EMPTY;
  position = 0;
  end = 0;
  /** Items that may still be announced: each takes a byte at least. */
  #items = 0;
  /** Items that memory may still be allocated for although they may be holes, which take no byte. */
  #holes = 0;
  #view: DataView | undefined = undefined;
  readonly #scratch = new Uint8Array(8);
  readonly #scratchFloat = new Float64Array(this.#scratch.buffer);
  readonly copies: BufferCopier = new BufferCopier();

  open(bytes: Uint8Array, start: number, end: number): void {
    if (!(start >= 0 && start <= end && end <= bytes.length)) {
      throw new RangeError(
        `no bytes ${String(start)} to ${String(end)} in a buffer of ${String(bytes.length)}`,
      );
    }
    this.bytes = bytes;
    this.position = start;
    this.end = end;
    this.#items = end - start;
    this.#holes = end - start;
    this.#view =
      end - start >= VIEWED_BYTES_MIN
        ? new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
        : undefined;
  }

  /** Lets go of the bytes. */
  close(): void {
    this.bytes = EMPTY;
    this.#view = undefined;
  }

  byte(): number {
    if (this.position >= this.end) throw malformed(`it ends within itself, after ${String(this.end)} bytes`);
    return this.bytes[this.position++] as number;
  }

  /** Whether the next byte is this tag, which is skipped then. */
  skip(tag: number): boolean {
    if (this.position >= this.end || this.bytes[this.position] !== tag) return false;
    this.position++;
    return true;
  }

  /** Moves over so many bytes; returns where they began. */
  take(bytes: number): number {
    const start = this.position;
    if (bytes > this.end - start) {
      throw malformed(`${String(bytes)} bytes announced, ${String(this.end - start)} left`);
    }
    this.position = start + bytes;
    return start;
  }

  length(): number {
    const first = this.byte();
    if (first < 0x80) return first;
    let value = first - 0x80;
    for (let scale = 0x80; scale < 2 ** 49; scale *= 0x80) {
      const byte = this.byte();
      value += (byte & 0x7f) * scale;
      if (byte < 0x80) return value;
    }
    throw malformed('a length of more than 49 bits');
  }

  /** The count of items, where they can be there. */
  items(count: number): number {
    this.#items -= count;
    if (this.#items < 0) throw malformed(`${String(count)} items announced, more than its bytes can hold`);
    return count;
  }

  /** Whether memory for so many items may be allocated that need not be there: as many in all as there are bytes. */
  affordsHoles(count: number): boolean {
    if (count > this.#holes) return false;
    this.#holes -= count;
    return true;
  }

  int16(): number {
    const start = this.take(2);
    const { bytes } = this;
    return (((bytes[start] as number) | ((bytes[start + 1] as number) << 8)) << 16) >> 16;
  }

  int32(): number {
    const start = this.take(4);
    const { bytes } = this;
    return (
      (bytes[start] as number) |
      ((bytes[start + 1] as number) << 8) |
      ((bytes[start + 2] as number) << 16) |
      ((bytes[start + 3] as number) << 24)
    );
  }

  float64(): number {
    const start = this.take(8);
    if (this.#view !== undefined) return this.#view.getFloat64(start, true);
    const scratch = this.#scratch;
    const { bytes } = this;
    scratch[0] = bytes[start] as number;
    scratch[1] = bytes[start + 1] as number;
    scratch[2] = bytes[start + 2] as number;
    scratch[3] = bytes[start + 3] as number;
    scratch[4] = bytes[start + 4] as number;
    scratch[5] = bytes[start + 5] as number;
    scratch[6] = bytes[start + 6] as number;
    scratch[7] = bytes[start + 7] as number;
    return this.#scratchFloat[0] as number;
  }

  bigint64(): bigint {
    const start = this.take(8);
    return new DataView(this.bytes.buffer, this.bytes.byteOffset + start, 8).getBigInt64(0, true);
  }

  /** The magnitude of a bigint of any size. */
  magnitude(): bigint {
    const bytes = this.length();
    const start = this.take(bytes);
    if (bytes === 0) throw malformed('a bigint without digits');
    return BigInt(`0x${hexSlice.call(this.bytes, start, start + bytes)}`);
  }

  /** The string that begins with the tag; undefined where the tag begins none. */
  string(tag: number): string | undefined {
    if (tag >= format.SHORT_STRING && tag <= format.SHORT_STRING + format.SHORT_STRING_MAX) {
      return this.latin1(tag - format.SHORT_STRING);
    }
    if (tag === format.LATIN1) return this.latin1(this.length());
    if (tag !== format.UTF16) return undefined;
    const bytes = 2 * this.length();
    const start = this.take(bytes);
    return ucs2Slice.call(this.bytes, start, start + bytes);
  }

  /** So many characters. */
  latin1(length: number): string {
    const start = this.take(length);
    if (length > LOOP_CHARACTERS_MAX) return latin1Slice.call(this.bytes, start, start + length);
    return shortLatin1(this.bytes, start, length);
  }

  /** A copy of the next bytes as a buffer of the given class. */
  buffer(type: number): BufferLike {
    const byteLength = this.length();
    const start = this.take(byteLength);
    const count = byteLength / elementBytes(type);
    if (!Number.isInteger(count)) {
      throw malformed(`${String(byteLength)} bytes as a buffer of type ${elementTypeName(type)}`);
    }
    return this.copies.copy(type, this.bytes, start, start + byteLength);
  }
}

function shortLatin1(bytes: Uint8Array, start: number, length: number): string {
  // Each number of arguments is a code path of its own: a loop that concatenates takes four times as long.
  const code = (index: number): number => bytes[start + index] as number;
  switch (length) {
    case 0:
      return '';
    case 1:
      return String.fromCharCode(code(0));
    case 2:
      return String.fromCharCode(code(0), code(1));
    case 3:
      return String.fromCharCode(code(0), code(1), code(2));
    case 4:
      return String.fromCharCode(code(0), code(1), code(2), code(3));
    case 5:
      return String.fromCharCode(code(0), code(1), code(2), code(3), code(4));
    case 6:
      return String.fromCharCode(code(0), code(1), code(2), code(3), code(4), code(5));
    case 7:
      return String.fromCharCode(code(0), code(1), code(2), code(3), code(4), code(5), code(6));
    default:
      return String.fromCharCode(code(0), code(1), code(2), code(3), code(4), code(5), code(6), code(7));
  }
}
