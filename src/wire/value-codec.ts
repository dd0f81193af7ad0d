/**
 * The codec of values: what `send(anyValue)` puts on the wire and `recv()` takes from it. One of each process
 * serves all its messages; it remembers the shapes of the objects that pass, and keeps a buffer to write into.
 *
 * ```ts
 * const length = codec.encode(value);
 * ring.set(codec.bytes.subarray(0, length)); // before the next encode; or, to keep them: codec.take()
 * const copy = codec.decode(bytes, start, end);
 * ```
 */
import type { BufferLike } from './element-type.ts';
import { ValueDecoder } from './value-decoder.ts';
import { ValueEncoder } from './value-encoder.ts';
import { ValueReader } from './value-reader.ts';
import { ValueWriter } from './value-writer.ts';

export class ValueCodec {
  readonly #writer = new ValueWriter();
  readonly #reader = new ValueReader();
  readonly #encoder = new ValueEncoder(this.#writer);
  readonly #decoder = new ValueDecoder(this.#reader);

  /**
   * Writes a value to the start of {@link bytes} and returns its length in bytes. Throws an Error named
   * `DataCloneError`, which says what at which path cannot travel and what to do.
   */
  encode(value: unknown): number {
    this.#encoder.encode(value);
    return this.#writer.position;
  }

  /** Holds the value encoded last; the next one is written over it, or into another buffer. */
  get bytes(): Uint8Array {
    return this.#writer.bytes;
  }

  /** Hands over the bytes of the value encoded last: nothing else will be written there. Copies only few bytes. */
  take(): Uint8Array {
    return this.#writer.take();
  }

  /**
   * Raw data in `bytes` from `start` to `end` as a fresh buffer of its class: the way for small messages, where it is
   * several times faster than `allocateOfType`. Throws a RangeError where they are no such data.
   */
  copyOfType(type: number, bytes: Uint8Array, start: number, end: number): BufferLike {
    return this.#reader.copies.copy(type, bytes, start, end);
  }

  /**
   * The value in `bytes` from `start` to `end`, which share no memory with it. Throws an Error
   * `malformed value: …` where they are none; whoever knows the sender adds its name.
   */
  decode(bytes: Uint8Array, start = 0, end: number = bytes.length): unknown {
    return this.#decoder.decode(bytes, start, end);
  }
}
