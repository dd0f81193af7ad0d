/**
 * Memory for what a collective must keep for itself while it runs: partial results, what is passed on. It is taken for one call and
 * given back at its end, for fresh memory costs a page fault for every 4 KiB that is written first, and the collector's time afterwards.
 *
 *     take(3000)      │ 4096 free │ 64 free │ …       the smallest that holds it, unless it is far too large; else new
 *     giveBack        kept as it was seen: who takes as many elements of the same type gets the very same view
 *
 * Each call has its own, so any number may be under way at once. Nothing of it is ever handed to the program. A collective that
 * fails gives nothing back: a message may still be on its way from there, or to there; the collector takes it when that is over.
 *
 * At most {@link BLOCKS_MAX} blocks of {@link BYTES_MAX} bytes together are kept; beyond that the oldest one goes.
 */
import { freshBytes } from '../engine/fresh-bytes.ts';
import { elementBytes, elementTypeOf, type TypedArray, typedArrayOver, UINT8 } from '../wire/element-type.ts';

const BLOCKS_MAX = 16;
const BYTES_MAX = 32 << 20;
/** A block of more than so many times the wanted bytes is left to those who need it. */
const SURPLUS_MAX = 4;
/** Short blocks are made to suit many lengths. */
const BLOCK_BYTES_MIN = 256;

export class ScratchMemory {
  /** The blocks that nobody uses, the oldest first, each as its last user saw it. */
  readonly #free: TypedArray[] = [];
  #bytes = 0;

  /** Bytes that are kept for the next ones. */
  get keptBytes(): number {
    return this.#bytes;
  }

  /** So many elements of this type, with anything in them. */
  take(elementType: number, length: number): TypedArray {
    const wanted = length * elementBytes(elementType);
    const most = Math.max(wanted, BLOCK_BYTES_MIN) * SURPLUS_MAX;
    let best: TypedArray | null = null;
    for (const view of this.#free) {
      if (view.length === length && elementTypeOf(view) === elementType) {
        this.#remove(view);
        return view;
      }
      const capacity = view.buffer.byteLength;
      if (capacity < wanted || capacity > most) continue;
      if (best === null || capacity < best.buffer.byteLength) best = view;
    }
    if (best !== null) {
      this.#remove(best);
      return typedArrayOver(elementType, best.buffer, 0, length);
    }
    const { buffer } = freshBytes(Math.max(wanted, BLOCK_BYTES_MIN));
    return typedArrayOver(elementType, buffer, 0, length);
  }

  /** So many bytes. */
  takeBytes(length: number): Uint8Array {
    return this.take(UINT8, length) as Uint8Array;
  }

  /** For others, from now on: nothing may be under way with it any more. */
  giveBack(view: TypedArray): void {
    const { byteLength } = view.buffer;
    if (byteLength > BYTES_MAX) return;
    this.#free.push(view);
    this.#bytes += byteLength;
    while (this.#bytes > BYTES_MAX || this.#free.length > BLOCKS_MAX) {
      const oldest = this.#free.shift();
      this.#bytes -= oldest?.buffer.byteLength ?? 0;
    }
  }

  #remove(view: TypedArray): void {
    this.#free.splice(this.#free.indexOf(view), 1);
    this.#bytes -= view.buffer.byteLength;
  }
}
