/** Reads what a {@link ByteWriter} wrote, and believes nothing: every length is held against the bytes that are there. */
import { FrameError } from './frame-error.ts';

const SHORT_TEXT = 24;

export class ByteReader {
  readonly #buffer: Buffer;
  readonly #end: number;
  #at: number;

  constructor(bytes: Uint8Array, start: number = 0, end: number = bytes.byteLength) {
    this.#buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.#at = start;
    this.#end = end;
  }

  get left(): number {
    return this.#end - this.#at;
  }

  u8(): number {
    const at = this.#take(1);
    return this.#buffer[at] as number;
  }

  /** Takes the next byte where it is this one. */
  peekIs(byte: number): boolean {
    if (this.left === 0 || this.#buffer[this.#at] !== byte) return false;
    this.#at += 1;
    return true;
  }

  u32(): number {
    return this.#buffer.readUInt32LE(this.#take(4));
  }

  i32(): number {
    return this.#buffer.readInt32LE(this.#take(4));
  }

  f64(): number {
    return this.#buffer.readDoubleLE(this.#take(8));
  }

  text(): string {
    const length = this.u32();
    const at = this.#take(length);
    if (length > SHORT_TEXT) return this.#buffer.toString('utf8', at, at + length);
    let text = '';
    for (let index = at; index < at + length; index += 1) {
      const code = this.#buffer[index] as number;
      if (code > 127) return this.#buffer.toString('utf8', at, at + length);
      text += String.fromCharCode(code);
    }
    return text;
  }

  /** A copy: what is small outlives the pooled buffer. */
  copy(length: number): Uint8Array<ArrayBuffer> {
    const at = this.#take(length);
    const copy = new Uint8Array(length);
    copy.set(this.#buffer.subarray(at, at + length));
    return copy;
  }

  /** A number of things that take at least `bytesEach` bytes each. */
  count(bytesEach: number): number {
    const count = this.u32();
    if (count * bytesEach > this.left)
      throw new FrameError(`it announces ${count} values where ${this.left} bytes are left`);
    return count;
  }

  #take(length: number): number {
    const at = this.#at;
    if (length > this.#end - at)
      throw new FrameError(`it ends after ${this.#end - at} bytes where ${length} are wanted`);
    this.#at = at + length;
    return at;
  }
}
