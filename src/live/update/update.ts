/** An update as the master receives it: arrays are views into pooled memory, valid until it is released. */
import { MPIError, type TypedArray } from '../../index.ts';
import type { PooledBuffer } from './buffer-pool.ts';
import type { Frame } from './frame-decoder.ts';

/** Who sent it, and what the master calls them. */
export interface UpdateOrigin {
  readonly id: number;
  readonly name: string;
}

/**
 * One update of one client.
 *
 * ```ts
 * for await (const update of stream.updates()) {
 *   sum.add(update.array('img', Float32Array));
 *   console.log(update.client.name, update.run, update.small.intensity);
 * }
 * ```
 *
 * In such a loop it is valid until the loop goes on; `keep()` leaves its release to you. Afterwards its arrays may not be
 * touched: they would show what another update brought.
 */
export class Update {
  readonly type = 'update' as const;
  readonly client: UpdateOrigin;
  readonly run: number;
  /** Undefined outside of any step. */
  readonly step: number | undefined;
  /** Counts what the client issued in the run, from 1. */
  readonly sequence: number;
  /** When it was sent: milliseconds since 1970 by the client's clock. */
  readonly sentAt: number;
  readonly receivedAt: number;
  /** True where its run had been closed before it came. */
  readonly late: boolean;
  readonly small: Readonly<Record<string, unknown>>;
  readonly #frame: Frame;
  readonly #buffer: PooledBuffer;
  #arrays: Readonly<Record<string, TypedArray>> | null = null;
  #released = false;
  #kept = false;

  constructor(client: UpdateOrigin, frame: Frame, buffer: PooledBuffer, receivedAt: number, late: boolean) {
    this.client = client;
    this.run = frame.run;
    this.step = frame.step < 0 ? undefined : frame.step;
    this.sequence = frame.sequence;
    this.sentAt = frame.time;
    this.receivedAt = receivedAt;
    this.late = late;
    this.small = frame.small;
    this.#frame = frame;
    this.#buffer = buffer;
  }

  /** Names of the arrays, in the order in which they were added. */
  get names(): string[] {
    return this.#frame.arrays.map(({ name }) => name);
  }

  /** All arrays by name. */
  get arrays(): Readonly<Record<string, TypedArray>> {
    this.#requireValid();
    if (this.#arrays === null) {
      const arrays = Object.create(null) as Record<string, TypedArray>;
      for (const { name, data } of this.#frame.arrays) arrays[name] = data;
      this.#arrays = arrays;
    }
    return this.#arrays;
  }

  has(name: string): boolean {
    return this.#frame.arrays.some((array) => array.name === name);
  }

  /**
   * One array, of the class that is wanted where one is named.
   *
   * @throws {MPIError} MPI_ERR_ARG where there is none of that name, or it is of another class.
   */
  array<A extends TypedArray = TypedArray>(name: string, Class?: new (length: number) => A): A {
    this.#requireValid();
    const { data } = this.#find(name);
    if (Class === undefined || data instanceof Class) return data as A;
    throw new MPIError(
      'MPI_ERR_ARG',
      `Cannot take array ${JSON.stringify(name)} of ${this.client.name} as ${Class.name}: it is a ${data[Symbol.toStringTag]}`,
    );
  }

  shape(name: string): readonly number[] {
    return this.#find(name).shape;
  }

  /** The update stays valid until `release()` is called. */
  keep(): this {
    this.#requireValid();
    this.#kept = true;
    return this;
  }

  get kept(): boolean {
    return this.#kept;
  }

  /** Gives its memory back; a second call does nothing. */
  release(): void {
    if (this.#released) return;
    this.#released = true;
    this.#arrays = null;
    this.#buffer.release();
  }

  [Symbol.dispose](): void {
    this.release();
  }

  /** The raw frame, for stores. */
  get frame(): Frame {
    this.#requireValid();
    return this.#frame;
  }

  #find(name: string): Frame['arrays'][number] {
    const found = this.#frame.arrays.find((array) => array.name === name);
    if (found !== undefined) return found;
    throw new MPIError(
      'MPI_ERR_ARG',
      `Cannot take array ${JSON.stringify(name)} of ${this.client.name}: the update has ${this.names.map((each) => JSON.stringify(each)).join(', ') || 'no array'}`,
    );
  }

  #requireValid(): void {
    if (!this.#released) return;
    throw new MPIError(
      'MPI_ERR_BUFFER',
      `Cannot read update ${this.sequence} of ${this.client.name}: it was released; copy what you need, or keep() it`,
    );
  }
}
