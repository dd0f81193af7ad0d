/**
 * Memory of rows on their way to the thread that writes them, which both threads keep: the thread is told of each memory once,
 * and rows name it by its number. A buffer that is given over and back counts as one more of outside memory each time, on either
 * side, and calls for collections of garbage that finds none.
 */

export interface RowMemoryHost {
  /** There is one more memory. */
  added(number: number, buffer: SharedArrayBuffer): void;
  /** It is named no more. */
  dropped(number: number): void;
}

export interface RowMemory {
  readonly number: number;
  readonly bytes: Uint8Array;
}

const BYTES_MIN = 4096;
/** Memories that are kept for the next rows. */
const SPARE_MAX = 16;

export class RowMemories {
  readonly #host: RowMemoryHost;
  readonly #spareMax: number;
  readonly #spare: RowMemory[] = [];
  /** With rows that are not written yet. */
  readonly #used = new Map<number, RowMemory>();
  #last = 0;

  constructor(host: RowMemoryHost, spareMax: number = SPARE_MAX) {
    this.#host = host;
    this.#spareMax = spareMax;
  }

  /** At least so many bytes, for one row. */
  take(length: number): RowMemory {
    const place = this.#spare.findIndex(
      ({ bytes }) => bytes.byteLength >= length && bytes.byteLength <= Math.max(BYTES_MIN, 4 * length),
    );
    const memory = this.#spare.splice(place, place < 0 ? 0 : 1)[0] ?? this.#add(length);
    this.#used.set(memory.number, memory);
    return memory;
  }

  /** Its row is written. */
  giveBack(number: number): void {
    const memory = this.#used.get(number);
    if (memory === undefined) return;
    this.#used.delete(number);
    if (this.#spare.length < this.#spareMax) this.#spare.push(memory);
    else this.#host.dropped(number);
  }

  #add(length: number): RowMemory {
    // Rows have become longer or shorter: what lies there longest makes room.
    const oldest = this.#spare.length === this.#spareMax ? this.#spare.shift() : undefined;
    if (oldest !== undefined) this.#host.dropped(oldest.number);
    let capacity = BYTES_MIN;
    // So that the next frame, which may be a little longer, finds it large enough.
    while (capacity < length) capacity *= 2;
    const buffer = new SharedArrayBuffer(capacity);
    const memory = { number: ++this.#last, bytes: new Uint8Array(buffer) };
    this.#host.added(memory.number, buffer);
    return memory;
  }
}
