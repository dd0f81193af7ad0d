/** The `md` object: what is to be sent in the next update, collected under names. */
import { MPIError, type TypedArray } from '../../index.ts';
import { elementCode } from './element-types.ts';
import type { ArrayToSend } from './frame-encoder.ts';
import { DIMENSIONS_MAX } from './frame-layout.ts';

/** Where updates go: a client's end of a stream. It throws at once where it refuses one, which then counts for nothing. */
export interface UpdateSink {
  sendUpdate(small: Readonly<Record<string, unknown>>, arrays: readonly ArrayToSend[]): Promise<void>;
  sendUpdateSync(small: Readonly<Record<string, unknown>>, arrays: readonly ArrayToSend[]): void;
  endRun(): Promise<void>;
}

interface Contents {
  readonly small: Record<string, unknown>;
  readonly arrays: ArrayToSend[];
}

/**
 * One update after the other: add arrays and small values, send, begin again.
 *
 * ```ts
 * const md = stream.update();
 * md.addArray('img', image, [704, 768]);
 * md.small.intensity = sum;
 * await md.send();
 * ```
 *
 * Any name will do, also `small` and `send`: arrays and small values have rooms of their own.
 */
export class UpdateBuilder {
  /** Any structured value under any name: numbers, text, bigint, Date, Map, Set, arrays, plain objects. */
  small: Record<string, unknown> = {};
  readonly #sink: UpdateSink;
  #arrays: ArrayToSend[] = [];
  readonly #names = new Set<string>();

  constructor(sink: UpdateSink) {
    this.#sink = sink;
  }

  /**
   * Adds an array, which may be changed again when the update has been sent. `shape` is its extents, the last one
   * running fastest; one dimension by default. It may differ from update to update.
   *
   * @throws {MPIError} MPI_ERR_ARG for a name that is there already, for what is no typed array, for a shape of another size.
   */
  addArray(name: string, data: TypedArray, shape: readonly number[] = [data.length]): this {
    const refuse = (why: string): MPIError =>
      new MPIError('MPI_ERR_ARG', `Cannot add array ${JSON.stringify(name)}: ${why}`);
    if (elementCode(data) === 0)
      throw refuse('no typed array was given; Float64Array.from() makes one of an array of numbers');
    if (this.#names.has(name)) throw refuse('this update has one of that name already');
    if (shape.length > DIMENSIONS_MAX)
      throw refuse(`it has ${shape.length} dimensions, ${DIMENSIONS_MAX} are the most`);
    const whole = shape.every((extent) => Number.isInteger(extent) && extent >= 0 && extent < 2 ** 32);
    const elements = shape.reduce((product, extent) => product * extent, 1);
    if (!whole || elements !== data.length)
      throw refuse(`its shape ${shape.join('×')} is not that of ${data.length} elements`);
    this.#names.add(name);
    this.#arrays.push({ name, data, shape });
    return this;
  }

  /** True where nothing has been added since the last send. */
  get isEmpty(): boolean {
    return this.#arrays.length === 0 && Object.keys(this.small).length === 0;
  }

  /**
   * Sends what was added as one update, and begins a new one. The promise resolves when the stream has room for it, or has discarded
   * it, as its policy says: then the arrays may be changed. Small values are copied at once, short arrays as well; long ones may go
   * to a master that keeps up from where they lie.
   *
   * What is refused is not lost: all that was added is still here, to be corrected and sent again, or forgotten with `clear()`.
   *
   * @throws {MPIError} MPI_ERR_ARG for a small value that cannot travel, as a function, and for more than 1024 arrays. MPI_ERR_PENDING
   * where as many sends as the queue is long wait for room in it, since nobody has awaited them.
   */
  send(): Promise<void> {
    const taken = this.#take();
    try {
      return this.#sink.sendUpdate(taken.small, taken.arrays);
    } catch (error) {
      this.#putBack(taken);
      return Promise.reject(error instanceof Error ? error : new Error(String(error)));
    }
  }

  /** The same, blocking. */
  sendSync(): void {
    const taken = this.#take();
    try {
      this.#sink.sendUpdateSync(taken.small, taken.arrays);
    } catch (error) {
      this.#putBack(taken);
      throw error;
    }
  }

  /** Forgets what was added and not sent. */
  clear(): void {
    this.#take();
  }

  /** Ends the run: what was added and not sent goes first. */
  async endRun(): Promise<void> {
    if (!this.isEmpty) await this.send();
    await this.#sink.endRun();
  }

  #take(): Contents {
    const taken = { small: this.small, arrays: this.#arrays };
    this.small = {};
    this.#arrays = [];
    this.#names.clear();
    return taken;
  }

  /** A listener to feedback may have added something meanwhile. */
  #putBack({ small, arrays }: Contents): void {
    const earlier = arrays.filter(({ name }) => !this.#names.has(name));
    for (const { name } of earlier) this.#names.add(name);
    this.#arrays = [...earlier, ...this.#arrays];
    this.small = { ...small, ...this.small };
  }
}
