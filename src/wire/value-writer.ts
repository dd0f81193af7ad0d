/**
 * The bytes of a value while they are written: a buffer that grows, is used again for the next value, and shrinks
 * when it has been far too large for a while. Strings choose the cheapest form that keeps every code unit.
 */
import { Buffer, constants } from 'node:buffer';
import { ARRAY_BUFFER, elementTypeOf, SHARED_ARRAY_BUFFER, VALUE, type BufferLike } from './element-type.ts';
import { presentBytesOf } from './value-buffers.ts';
import * as format from './value-format.ts';

const CAPACITY = 16 * 1024;
/** The largest item without a length of its own, with its tag. */
const FIXED_BYTES_MAX = 16;
/** A capacity beyond this is given back after {@link SMALL_VALUES_MAX} values that needed a quarter of it at most. */
const KEPT_CAPACITY = 1024 * 1024;
const SMALL_VALUES_MAX = 64;
/** Up to here a loop over the characters is faster than a call into Node. */
const LOOP_CHARACTERS_MAX = 20;
/** As much for copying bytes. */
const LOOP_BYTES_MAX = 12;
/** V8 answers this for a string that it stores as Latin-1 without looking at the characters. */
const BEYOND_LATIN1 = /[^\u0000-\u00ff]/;

/** Node's string conversions, which are faster than `write(…)` by half, and undocumented. */
export interface FastBuffer extends Buffer {
  latin1Write(text: string, offset: number, length: number): number;
  ucs2Write(text: string, offset: number, length: number): number;
  hexWrite(text: string, offset: number, length: number): number;
}

export class ValueWriter {
  /** What has been written lies from 0 to {@link position}. */
  bytes: FastBuffer = allocate(CAPACITY);
  position = 0;
  #view: DataView = viewOf(this.bytes);
  #smallValues = 0;

  /** Starts the next value. */
  start(): void {
    if (this.bytes.length > KEPT_CAPACITY) this.#shrink();
    this.position = 0;
  }

  /** Hands over what was written: a copy, or the buffer itself where that is mostly full. */
  take(): Uint8Array {
    const written = this.bytes.subarray(0, this.position);
    if (written.length < this.bytes.length / 2) return new Uint8Array(written);
    this.#use(allocate(CAPACITY));
    return written;
  }

  /** Makes room for so many bytes more. */
  reserve(bytes: number): void {
    if (this.position + bytes > this.bytes.length) this.#grow(this.position + bytes);
  }

  byte(byte: number): void {
    this.reserve(1);
    this.bytes[this.position++] = byte;
  }

  /** A length or number from 0 to 2⁵³ - 1. */
  length(value: number): void {
    this.reserve(8);
    let rest = value;
    while (rest >= 0x80) {
      this.bytes[this.position++] = (rest % 0x80) + 0x80;
      rest = Math.floor(rest / 0x80);
    }
    this.bytes[this.position++] = rest;
  }

  /** A tagged number: as few bytes as tell all of it. */
  number(value: number): void {
    this.reserve(FIXED_BYTES_MAX);
    const integer = value | 0;
    if (integer !== value || (integer === 0 && 1 / value < 0)) {
      this.#float64(format.FLOAT64, value);
    } else if (integer >= -16 && integer < 0x80) {
      this.bytes[this.position++] = integer >= 0 ? integer : format.NEGATIVE + 16 + integer;
    } else if (integer === (integer << 16) >> 16) {
      this.bytes[this.position++] = format.INT16;
      this.#view.setInt16(this.position, integer, true);
      this.position += 2;
    } else {
      this.bytes[this.position++] = format.INT32;
      this.#view.setInt32(this.position, integer, true);
      this.position += 4;
    }
  }

  /** A tagged date. */
  date(milliseconds: number): void {
    this.reserve(FIXED_BYTES_MAX);
    this.#float64(format.DATE, milliseconds);
  }

  /** A tagged bigint of any size. */
  bigint(value: bigint): void {
    this.reserve(FIXED_BYTES_MAX);
    if (BigInt.asIntN(64, value) === value) {
      this.byte(format.BIGINT64);
      this.#view.setBigInt64(this.position, value, true);
      this.position += 8;
      return;
    }
    const digits = (value < 0n ? -value : value).toString(16);
    const bytes = Math.ceil(digits.length / 2);
    this.byte(value < 0n ? format.BIGINT_NEGATIVE : format.BIGINT_POSITIVE);
    this.length(bytes);
    this.reserve(bytes);
    this.bytes.hexWrite(digits.padStart(2 * bytes, '0'), this.position, bytes);
    this.position += bytes;
  }

  /** A tagged string. */
  string(text: string): void {
    const { length } = text;
    if (length > LOOP_CHARACTERS_MAX) {
      this.#longString(text);
      return;
    }
    this.reserve(LOOP_CHARACTERS_MAX + 1);
    const { bytes } = this;
    let position = this.position;
    bytes[position++] = format.SHORT_STRING + length;
    for (let index = 0; index < length; index++) {
      const unit = text.charCodeAt(index);
      if (unit > 0xff) {
        this.#utf16(text);
        return;
      }
      bytes[position++] = unit;
    }
    this.position = position;
  }

  /** A tagged buffer: its class and its bytes, which are the window's where it is a view. */
  buffer(buffer: BufferLike): void {
    const bytes = presentBytesOf(buffer);
    const type = elementTypeOf(buffer);
    // No type at all has an ArrayBuffer of another realm.
    const arrivesAs = type === VALUE || type === SHARED_ARRAY_BUFFER ? ARRAY_BUFFER : type;
    this.byte(format.BUFFER);
    this.byte(arrivesAs);
    this.length(bytes.length);
    this.raw(bytes);
  }

  /** Raw bytes. */
  raw(source: Uint8Array): void {
    const { length } = source;
    this.reserve(length);
    const { bytes, position } = this;
    if (length > LOOP_BYTES_MAX) bytes.set(source, position);
    else for (let index = 0; index < length; index++) bytes[position + index] = source[index] as number;
    this.position = position + length;
  }

  /** Into room that was made before. */
  #float64(tag: number, value: number): void {
    this.bytes[this.position] = tag;
    this.#view.setFloat64(this.position + 1, value, true);
    this.position += 9;
  }

  #longString(text: string): void {
    if (BEYOND_LATIN1.test(text)) {
      this.#utf16(text);
      return;
    }
    const { length } = text;
    this.reserve(length + 9);
    if (length <= format.SHORT_STRING_MAX) {
      this.byte(format.SHORT_STRING + length);
    } else {
      this.byte(format.LATIN1);
      this.length(length);
    }
    this.reserve(length);
    this.position += this.bytes.latin1Write(text, this.position, length);
  }

  #utf16(text: string): void {
    this.byte(format.UTF16);
    this.length(text.length);
    this.reserve(2 * text.length);
    this.position += this.bytes.ucs2Write(text, this.position, 2 * text.length);
  }

  #grow(needed: number): void {
    if (needed > constants.MAX_LENGTH) {
      throw new RangeError(
        `the value takes more than ${String(constants.MAX_LENGTH)} bytes; send it in several messages, or its ` +
          'large parts as typed arrays of their own',
      );
    }
    const larger = allocate(Math.min(Math.max(needed, 2 * this.bytes.length), constants.MAX_LENGTH));
    larger.set(this.bytes.subarray(0, this.position));
    this.#use(larger, this.position);
  }

  /** Looks at the size of the value before. */
  #shrink(): void {
    if (this.position > this.bytes.length / 4) this.#smallValues = 0;
    else if (++this.#smallValues > SMALL_VALUES_MAX) this.#use(allocate(CAPACITY));
  }

  #use(bytes: FastBuffer, position = 0): void {
    this.bytes = bytes;
    this.position = position;
    this.#view = viewOf(bytes);
    this.#smallValues = 0;
  }
}

function allocate(bytes: number): FastBuffer {
  return Buffer.allocUnsafeSlow(bytes) as FastBuffer;
}

function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
