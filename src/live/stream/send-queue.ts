/**
 * The queue of a client's end: frames that wait for credits. At most `limit` updates; what happens beyond is declared.
 *
 *     block          send() waits for room: nothing is lost
 *     discardOldest  the oldest waiting update makes room
 *     discardNewest  the new update is dropped
 *     latest         one update waits at most, and it is always the newest
 *
 * Begins and ends of runs and steps are never discarded, and keep their places among the updates.
 */
import { MPIError } from '../../index.ts';
import type { PooledBuffer } from '../update/buffer-pool.ts';

export const FULL_POLICIES = ['block', 'discardOldest', 'discardNewest', 'latest'] as const;
export type FullPolicy = (typeof FULL_POLICIES)[number];

export interface QueuedFrame {
  readonly buffer: PooledBuffer;
  readonly run: number;
  readonly isUpdate: boolean;
  /** Nothing of the run follows. */
  readonly endsRun: boolean;
}

export class SendQueue {
  readonly policy: FullPolicy;
  readonly limit: number;
  /** From `#first` on. */
  #frames: QueuedFrame[] = [];
  #first = 0;
  #updates = 0;
  #bytes = 0;

  constructor(policy: FullPolicy, limit: number) {
    if (!FULL_POLICIES.includes(policy))
      throw new MPIError(
        'MPI_ERR_ARG',
        `Cannot open a stream with onFull ${JSON.stringify(policy)}: ${FULL_POLICIES.join(', ')} are known`,
      );
    if (!Number.isInteger(limit) || limit < 1)
      throw new MPIError('MPI_ERR_ARG', `Cannot open a stream with queueLimit ${limit}: 1 or more is wanted`);
    this.policy = policy;
    this.limit = policy === 'latest' ? 1 : limit;
  }

  /** Updates that wait. */
  get updates(): number {
    return this.#updates;
  }

  /** Of all that waits. */
  get bytes(): number {
    return this.#bytes;
  }

  get length(): number {
    return this.#frames.length - this.#first;
  }

  hasRoomFor(isUpdate: boolean): boolean {
    return isUpdate ? this.#updates < this.limit : this.length - this.#updates < this.limit;
  }

  push(frame: QueuedFrame): void {
    this.#frames.push(frame);
    this.#bytes += frame.buffer.bytes.byteLength;
    if (frame.isUpdate) this.#updates += 1;
  }

  peek(): QueuedFrame | undefined {
    return this.#frames[this.#first];
  }

  shift(): QueuedFrame | undefined {
    const frame = this.#frames[this.#first];
    if (frame === undefined) return undefined;
    this.#first += 1;
    this.#bytes -= frame.buffer.bytes.byteLength;
    if (frame.isUpdate) this.#updates -= 1;
    if (this.#first === this.#frames.length || this.#first > 2 * this.limit) {
      this.#frames = this.#frames.slice(this.#first);
      this.#first = 0;
    }
    return frame;
  }

  /** Takes the oldest update out, from among what is no update. */
  removeOldestUpdate(): QueuedFrame | undefined {
    for (let index = this.#first; index < this.#frames.length; index += 1) {
      const frame = this.#frames[index];
      if (frame?.isUpdate !== true) continue;
      this.#frames.splice(index, 1);
      this.#bytes -= frame.buffer.bytes.byteLength;
      this.#updates -= 1;
      return frame;
    }
    return undefined;
  }

  clear(): void {
    for (let frame = this.shift(); frame !== undefined; frame = this.shift()) frame.buffer.release();
  }
}
