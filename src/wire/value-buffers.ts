/**
 * Buffers inside values, and small raw messages: their bytes, and fresh buffers with a copy of bytes.
 *
 * A small typed array is filled element by element, through scratch memory that is aligned for every class: its own
 * memory then stays on the JavaScript heap, which makes it several times cheaper than one around an ArrayBuffer.
 */
import {
  allocateOfType,
  bytesOf,
  elementCount,
  typedArrayOf,
  bufferOfType,
  type BufferLike,
} from './element-type.ts';
import { Refusal } from './value-refusal.ts';

/** Up to this size V8 keeps a typed array's memory on the JavaScript heap, until somebody asks for its `buffer`. */
const HEAP_BYTES_MAX = 64;

export class BufferCopier {
  readonly #scratch = new Uint8Array(HEAP_BYTES_MAX);
  /** By element type: the scratch bytes as elements. */
  readonly #elements: (ArrayLike<number | bigint> | undefined)[] = [];

  /**
   * A buffer of the given class with a copy of the bytes from `start` to `end`. Throws a RangeError where the type
   * does not exist or the length is no whole number of elements.
   */
  copy(type: number, bytes: Uint8Array, start: number, end: number): BufferLike {
    const byteLength = end - start;
    const count = elementCount(type, byteLength);
    const small = byteLength <= HEAP_BYTES_MAX ? typedArrayOf(type, count) : undefined;
    if (small === undefined) {
      const { data, bytes: copy } = allocateOfType(type, byteLength);
      copy.set(bytes.subarray(start, end));
      return data;
    }
    const scratch = this.#scratch;
    for (let index = 0; index < byteLength; index++) scratch[index] = bytes[start + index] as number;
    const elements = (this.#elements[type] ??= this.#scratchOf(type));
    for (let index = 0; index < count; index++) small[index] = elements[index] as never;
    return small;
  }

  #scratchOf(type: number): ArrayLike<number | bigint> {
    return bufferOfType(type, this.#scratch) as unknown as ArrayLike<number | bigint>;
  }
}

/** The buffer's bytes; refuses one whose memory was transferred elsewhere. */
export function presentBytesOf(buffer: BufferLike): Uint8Array {
  try {
    const bytes = bytesOf(buffer);
    // A view whose memory is gone looks empty; only the memory itself tells.
    if (bytes.length === 0) new Uint8Array(ArrayBuffer.isView(buffer) ? buffer.buffer : buffer);
    return bytes;
  } catch {
    throw new Refusal(buffer);
  }
}
