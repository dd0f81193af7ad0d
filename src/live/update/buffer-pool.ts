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

export class BufferPool {
  readonly #bytesMax: number;
  readonly #checked: boolean;
  /** By power of two. */
  readonly #free = new Map<number, ArrayBuffer[]>();
  #freeBytes = 0;
  #held = 0;

  constructor({ bytesMax = BYTES_MAX, checked = false }: BufferPoolOptions = {}) {
    this.#bytesMax = bytesMax;
    this.#checked = checked;
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
    let capacity = BYTES_MIN;
    while (capacity < length) capacity *= 2;
    let buffer = this.#free.get(capacity)?.pop();
    if (buffer === undefined) buffer = new ArrayBuffer(capacity);
    else this.#freeBytes -= capacity;
    this.#held += 1;
    return new PooledBuffer(this, buffer, length);
  }

  /** Called by the buffer itself, once. */
  giveBack(buffer: ArrayBuffer): void {
    this.#held -= 1;
    if (this.#checked) {
      structuredClone(buffer, { transfer: [buffer] });
      return;
    }
    const capacity = buffer.byteLength;
    if (this.#freeBytes + capacity > this.#bytesMax) return;
    let free = this.#free.get(capacity);
    if (free === undefined) this.#free.set(capacity, (free = []));
    free.push(buffer);
    this.#freeBytes += capacity;
  }
}

/** A buffer with its holders counted: it goes back to its pool when the last one has released it. */
export class PooledBuffer {
  bytes: Uint8Array<ArrayBuffer>;
  readonly #pool: BufferPool;
  readonly #buffer: ArrayBuffer;
  #holders = 1;

  constructor(pool: BufferPool, buffer: ArrayBuffer, length: number) {
    this.#pool = pool;
    this.#buffer = buffer;
    this.bytes = new Uint8Array(buffer, 0, length);
  }

  /** Only the first bytes of it are in use. */
  shortened(length: number): this {
    this.bytes = this.bytes.subarray(0, length);
    return this;
  }

  retain(): void {
    this.#holders += 1;
  }

  release(): void {
    this.#holders -= 1;
    if (this.#holders === 0) this.#pool.giveBack(this.#buffer);
  }
}
