/**
 * The reader's cache of object shapes: keys by their bytes in a message. A table of lists, both bounded; the
 * shape found last comes first in its list, the one not found for longest drops out.
 */
import { Buffer } from 'node:buffer';
import { isOrdinaryKey } from './value-objects.ts';
import { malformed, ValueReader } from './value-reader.ts';

const LISTS = 256;
const LIST_LENGTH_MAX = 4;
/** Longer blocks are read anew each time. */
const BLOCK_BYTES_MAX = 4096;
/** From here on comparing by a call into Node is faster. */
const LOOP_BYTES_MAX = 48;

/** A message's list of shapes is used again for the next one up to this length. */
const NUMBERED_KEPT = 64;

export interface KnownShape {
  readonly block: Buffer;
  readonly keys: readonly string[];
  /** No key means something to every object, so that plain assignment makes properties of them all. */
  readonly ordinary: boolean;
}

export class ShapeTable {
  readonly #lists: KnownShape[][] = Array.from({ length: LISTS }, () => []);
  readonly #blocks = new ValueReader();
  /** By number; from {@link #count} on they are of an earlier message. */
  readonly #inMessage: KnownShape[] = [];
  #count = 0;

  startMessage(): void {
    this.#count = 0;
    if (this.#inMessage.length > NUMBERED_KEPT) this.#inMessage.length = NUMBERED_KEPT;
  }

  /** The message's next shape, whose block stands in `bytes` from `start` to `end`. */
  next(bytes: Uint8Array, start: number, end: number): KnownShape {
    const shape = this.#find(bytes, start, end);
    this.#inMessage[this.#count++] = shape;
    return shape;
  }

  /** A shape that the message had already. */
  numbered(number: number): KnownShape {
    if (number >= this.#count) {
      throw malformed(`an object of shape ${String(number)}, which it does not have`);
    }
    return this.#inMessage[number] as KnownShape;
  }

  #find(bytes: Uint8Array, start: number, end: number): KnownShape {
    const list = this.#lists[hash(bytes, start, end)] as KnownShape[];
    for (let index = 0; index < list.length; index++) {
      const shape = list[index] as KnownShape;
      if (!same(shape.block, bytes, start, end)) continue;
      if (index > 0) {
        list.splice(index, 1);
        list.unshift(shape);
      }
      return shape;
    }
    const shape = this.#read(copyOf(bytes, start, end));
    if (end - start <= BLOCK_BYTES_MAX) {
      if (list.length === LIST_LENGTH_MAX) list.pop();
      list.unshift(shape);
    }
    return shape;
  }

  #read(block: Buffer): KnownShape {
    const reader = this.#blocks;
    reader.open(block, 0, block.length);
    const count = reader.items(reader.length());
    const keys: string[] = [];
    for (let index = 0; index < count; index++) {
      const key = reader.string(reader.byte());
      if (key === undefined) throw malformed('a key that is no string');
      keys.push(internalized(key));
    }
    if (reader.position !== block.length) throw malformed('keys of another length than announced');
    reader.close();
    return { block, keys, ordinary: keys.every(isOrdinaryKey) };
  }
}

/** With memory of its own: it may be kept for long. */
function copyOf(bytes: Uint8Array, start: number, end: number): Buffer {
  const copy = Buffer.allocUnsafeSlow(end - start);
  copy.set(bytes.subarray(start, end));
  return copy;
}

/** The engine's own copy of the string, by which it finds properties without comparing characters. */
function internalized(key: string): string {
  return Object.keys({ [key]: 0 })[0] ?? key;
}

function hash(bytes: Uint8Array, start: number, end: number): number {
  const length = end - start;
  const at = (offset: number): number => bytes[start + offset] ?? 0;
  const mixed = length * 31 + at(length - 1) * 7 + at(length >> 1) * 13 + at(length >> 2) * 29 + at(2) * 3;
  return (mixed ^ (mixed >> 8)) & (LISTS - 1);
}

function same(block: Buffer, bytes: Uint8Array, start: number, end: number): boolean {
  const { length } = block;
  if (length !== end - start) return false;
  if (length > LOOP_BYTES_MAX) return block.compare(bytes, start, end) === 0;
  for (let index = 0; index < length; index++) {
    if (block[index] !== bytes[start + index]) return false;
  }
  return true;
}
