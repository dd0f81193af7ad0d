/**
 * The short buffers that a program has passed last to the collectives of a communicator, with the views that were made of them. Loops pass the same
 * ones again and again, and for a few bytes making a view takes about as long as sending them.
 *
 *     buffer      Float64Array(8)        the program's
 *     payload     its bytes              one view
 *     blocks      its parts by rank      one view each, where a verb asks for parts
 *
 * At most {@link BUFFERS_MAX} are kept, one after the other making room, and none that holds more than {@link MEMORY_BYTES_MAX} alive.
 */
import type { Payload } from '../engine/receive-payload.ts';
import { bytesOf, type TypedArray } from '../wire/element-type.ts';
import { Blocks } from './blocks.ts';

const BUFFERS_MAX = 4;
const BYTES_MAX = 4096;
const MEMORY_BYTES_MAX = 65536;

interface RecentBuffer {
  readonly buffer: Buffered;
  readonly payload: Payload;
  blocks: Blocks | null;
}

/** Two buffers that were passed together, where the first may lie in the second, and how long they were. */
interface Pair {
  readonly first: Buffered;
  readonly second: Buffered;
  readonly at: number;
  readonly firstBytes: number;
  readonly secondBytes: number;
}

type Buffered = TypedArray | DataView;

export class RecentBuffers {
  readonly #recent: RecentBuffer[] = [];
  #next = 0;
  #fitting: Pair | null = null;

  /** The bytes of a buffer, which are elements of this type. */
  payloadOf(elementType: number, buffer: Buffered): Payload {
    const { byteLength } = buffer;
    if (byteLength > BYTES_MAX) return { elementType, bytes: bytesOf(buffer) };
    for (const { buffer: known, payload } of this.#recent) {
      // Its memory may have been transferred, or resized.
      if (known === buffer && payload.bytes.length === byteLength && payload.elementType === elementType)
        return payload;
    }
    const payload = { elementType, bytes: bytesOf(buffer) };
    if (mayBeKept(buffer)) {
      this.#recent[this.#next] = { buffer, payload, blocks: null };
      this.#next = (this.#next + 1) % BUFFERS_MAX;
    }
    return payload;
  }

  /** The blocks of `share` bytes in what {@link payloadOf} has given. */
  blocksOf(payload: Payload, share: number): Blocks {
    for (const known of this.#recent) {
      if (known.payload !== payload) continue;
      if (known.blocks?.lengthOf(0) !== share) known.blocks = new Blocks(payload, share);
      return known.blocks;
    }
    return new Blocks(payload, share);
  }

  /** Whether the last ones that {@link noteFitting} has heard of were these: where each lies it takes long to ask. */
  areFitting(first: Buffered, second: Buffered, at: number = 0): boolean {
    const pair = this.#fitting;
    return (
      pair?.first === first &&
      pair.second === second &&
      pair.at === at &&
      pair.firstBytes === first.byteLength &&
      pair.secondBytes === second.byteLength
    );
  }

  /** These two lie apart, or one in the other as a verb allows it. */
  noteFitting(first: Buffered, second: Buffered, at: number = 0): void {
    if (!mayBeKept(first) || !mayBeKept(second)) return;
    const [firstBytes, secondBytes] = [first.byteLength, second.byteLength];
    this.#fitting = { first, second, at, firstBytes, secondBytes };
  }
}

/** Whether a buffer is short, and of memory that may be held alive. */
export const mayBeKept = ({ byteLength, buffer }: Buffered): boolean =>
  byteLength <= BYTES_MAX && buffer.byteLength <= MEMORY_BYTES_MAX;
