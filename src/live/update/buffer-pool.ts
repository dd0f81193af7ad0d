/**
 * Memory for frames, used again and again: an hour of updates allocates no more than its first seconds. Buffers come in powers
 * of two; what is given back beyond `bytesMax` is left to the garbage collector.
 *
 * A checked pool gives no buffer out twice: it detaches what is released, so that a view which somebody has kept shows
 * itself at once, with length 0, and never with somebody else's values.
 */

export interface BufferPoolOptions {
  /** Free memory that is kept for the next frame: 64 MiB by default. */
  readonly bytesMax?: number;
  /** Detach released buffers: for tests and for the search for views that are used too late. */
  readonly checked?: boolean;
}

const BYTES_MIN = 1024;
const BYTES_MAX = 2 ** 26;
/** What is longer is copied by a call. */
const LOOP_BYTES_MAX = 512;

/** Memory with the views of it that are wanted again and again. */
export class Memory {
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly words: Int32Array<ArrayBuffer>;
  readonly view: DataView<ArrayBuffer>;
  /** What was used of it last. */
  used: Uint8Array<ArrayBuffer>;

  /** `start` is a multiple of 8. */
  constructor(buffer: ArrayBuffer, start: number, capacity: number) {
    this.bytes = this.used = new Uint8Array(buffer, start, capacity);
    this.words = new Int32Array(buffer, start, Math.floor(capacity / 4));
    this.view = new DataView(buffer, start, capacity);
  }

  first(length: number): Uint8Array<ArrayBuffer> {
    if (this.used.byteLength !== length)
      this.used = new Uint8Array(this.bytes.buffer, this.bytes.byteOffset, length);
    return this.used;
  }
}

/** Where memory goes when nobody holds it any more. */
export interface MemoryHome {
  giveBack(memory: Memory): void;
}

export class BufferPool implements MemoryHome {
  readonly #bytesMax: number;
  /** Released buffers are detached. */
  readonly checked: boolean;
  /** By power of two. */
  readonly #free: Memory[][] = [];
  #freeBytes = 0;
  #held = 0;

  constructor({ bytesMax = BYTES_MAX, checked = false }: BufferPoolOptions = {}) {
    this.#bytesMax = bytesMax;
    this.checked = checked;
  }

  /** Buffers that are given out and not back yet. */
  get held(): number {
    return this.#held;
  }

  get freeBytes(): number {
    return this.#freeBytes;
  }

  /** Contents are whatever was there before. */
  acquire(length: number): PooledBuffer {
    const capacity = capacityFor(length);
    let memory = this.#free[powerOf(capacity)]?.pop();
    if (memory === undefined) memory = new Memory(new ArrayBuffer(capacity), 0, capacity);
    else this.#freeBytes -= capacity;
    this.#held += 1;
    return new PooledBuffer(this, memory, length);
  }

  /** Called by the buffer itself, once. */
  giveBack(memory: Memory): void {
    this.#held -= 1;
    const { buffer } = memory.bytes;
    if (this.checked) {
      structuredClone(buffer, { transfer: [buffer] });
      return;
    }
    const capacity = buffer.byteLength;
    if (this.#freeBytes + capacity > this.#bytesMax) return;
    const power = powerOf(capacity);
    while (this.#free.length <= power) this.#free.push([]);
    this.#free[power]?.push(memory);
    this.#freeBytes += capacity;
  }
}

/** A buffer with its holders counted: it goes back to where it is from when the last one has released it. */
export class PooledBuffer {
  bytes: Uint8Array<ArrayBuffer>;
  readonly #home: MemoryHome;
  readonly #memory: Memory;
  #holders = 1;

  constructor(home: MemoryHome, memory: Memory, length: number) {
    this.#home = home;
    this.#memory = memory;
    this.bytes = memory.first(length);
  }

  /** Of all of its memory. */
  get view(): DataView<ArrayBuffer> {
    return this.#memory.view;
  }

  /** Of all of its memory, in the order of this machine's bytes. */
  get words(): Int32Array<ArrayBuffer> {
    return this.#memory.words;
  }

  /** Only the first bytes of it are in use. */
  shortened(length: number): this {
    this.bytes = this.#memory.first(length);
    return this;
  }

  /** Copies the first bytes of the source; `at` and `length` are multiples of 4, and so is the place where the source begins. */
  take(source: Uint8Array, length: number, at: number = 0): void {
    if (length > LOOP_BYTES_MAX) {
      this.#memory.bytes.set(source.subarray(0, length), at);
      return;
    }
    const from = new Int32Array(source.buffer, source.byteOffset, length / 4);
    const to = this.#memory.words;
    const first = at / 4;
    for (let index = 0; index < from.length; index += 1) to[first + index] = from[index] as number;
  }

  retain(): void {
    this.#holders += 1;
  }

  release(): void {
    this.#holders -= 1;
    if (this.#holders === 0) this.#home.giveBack(this.#memory);
  }
}

const powerOf = (capacity: number): number => Math.round(Math.log2(capacity));

function capacityFor(length: number): number {
  let capacity = BYTES_MIN;
  while (capacity < length) capacity *= 2;
  return capacity;
}
