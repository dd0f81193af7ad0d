/**
 * The parts of a buffer that several ranks have in it: one block for each rank, in bytes from the buffer's start.
 *
 *     equal       │ 0   │ 1   │ 2   │
 *     counted     │ 0 │ 1       │2│            (counted-blocks.ts)
 *     displaced   │ 2   │   │ 0 │    │ 1 │     in any order, with holes
 */
import type { Payload } from '../engine/receive-payload.ts';
import { copyBytes } from '../wire/copy-bytes.ts';

/** Where the blocks lie that are not of equal length: by rank. */
export interface Places {
  readonly starts: readonly number[];
  readonly lengths: readonly number[];
}

export class Blocks {
  readonly elementType: number;
  /** The whole buffer. */
  readonly bytes: Uint8Array;
  readonly #share: number;
  readonly #places: Places | null;
  readonly #views: Payload[] = [];

  /** One behind the other, `share` bytes each; or where `places` says. */
  constructor(whole: Payload, share: number, places: Places | null = null) {
    this.elementType = whole.elementType;
    this.bytes = whole.bytes;
    this.#share = share;
    this.#places = places;
  }

  /** Where the block of a rank begins. */
  startOf(rank: number): number {
    return this.#places === null ? rank * this.#share : (this.#places.starts[rank] ?? 0);
  }

  lengthOf(rank: number): number {
    return this.#places === null ? this.#share : (this.#places.lengths[rank] ?? 0);
  }

  /** The block of a rank: a view, the same one each time. */
  of(rank: number): Payload {
    return (this.#views[rank] ??= this.#viewOf(rank));
  }

  /** Fills the block of a rank with as many bytes. */
  fill(rank: number, bytes: Uint8Array): void {
    copyBytes(bytes, 0, bytes.length, this.bytes, this.startOf(rank));
  }

  /** Fills the block of a rank with the same rank's block of another buffer, which is as long. */
  fillFrom(other: Blocks, rank: number): void {
    copyBytes(other.bytes, other.startOf(rank), this.lengthOf(rank), this.bytes, this.startOf(rank));
  }

  #viewOf(rank: number): Payload {
    const start = this.startOf(rank);
    return { elementType: this.elementType, bytes: this.bytes.subarray(start, start + this.lengthOf(rank)) };
  }
}
