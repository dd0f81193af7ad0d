/** Reads what a {@link ByteWriter} wrote, and believes nothing: every length is held against the bytes that are there. */
import { FrameError } from './frame-error.ts';
import { CACHED_BYTES_MAX, TextCache } from './text-cache.ts';

export class ByteReader {
  readonly #bytes: Uint8Array;
  readonly #view: DataView;
  readonly #end: number;
  readonly #texts: TextCache;
  #at: number;

  /** Reads from `start` to `end`; `view` is of the same bytes. */
  constructor(bytes: Uint8Array, view: DataView, texts: TextCache, start: number, end: number) {
    this.#bytes = bytes;
    this.#view = view;
    this.#texts = texts;
    this.#at = start;
    this.#end = end;
  }

  static of(bytes: Uint8Array): ByteReader {
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    return new ByteReader(bytes, view, new TextCache(), 0, bytes.byteLength);
  }

  get left(): number {
    return this.#end - this.#at;
  }

  u8(): number {
    const at = this.#take(1);
    return this.#bytes[at] as number;
  }

  /** Takes the next byte where it is this one. */
  peekIs(byte: number): boolean {
    if (this.left === 0 || this.#bytes[this.#at] !== byte) return false;
    this.#at += 1;
    return true;
  }

  u32(): number {
    return this.#view.getUint32(this.#take(4), true);
  }

  i32(): number {
    return this.#view.getInt32(this.#take(4), true);
  }

  f64(): number {
    return this.#view.getFloat64(this.#take(8), true);
  }

  text(): string {
    const length = this.u32();
    const at = this.#take(length);
    const text = length <= CACHED_BYTES_MAX ? this.#texts.ascii(this.#bytes, at, length) : undefined;
    if (text !== undefined) return text;
    const { buffer, byteOffset } = this.#bytes;
    return Buffer.from(buffer, byteOffset + at, length).toString('utf8');
  }

  /** A copy: what is small outlives the pooled buffer. */
  copy(length: number): Uint8Array<ArrayBuffer> {
    const at = this.#take(length);
    const copy = new Uint8Array(length);
    copy.set(this.#bytes.subarray(at, at + length));
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
