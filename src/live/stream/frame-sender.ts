/**
 * Puts a client's frames on their way: keeps them in order, spends credits, lets whoever finds the queue full wait or
 * discards, and counts what is lost. It knows MPI as one function.
 */
import { MPIError, type Request } from '../../index.ts';
import type { BufferPool, PooledBuffer } from '../update/buffer-pool.ts';
import { stampFrame } from '../update/frame-encoder.ts';
import { Deferred } from './deferred.ts';
import { RunCounters } from './run-counters.ts';
import type { QueuedFrame, SendQueue } from './send-queue.ts';

/** Frames that have waited travel together up to this length: beyond it a message costs little beside its bytes. */
const BATCH_BYTES = 16_384;
const AT_ONCE: Promise<void> = Promise.resolve();

/** What may be on its way at a time. */
interface Window {
  readonly credits: number;
  readonly creditBytes: number;
}

interface Waiter {
  readonly frame: QueuedFrame;
  readonly room: Deferred;
}

export class FrameSender {
  readonly runs: RunCounters = new RunCounters();
  readonly #queue: SendQueue;
  readonly #pool: BufferPool;
  readonly #write: (bytes: Uint8Array) => Request;
  /** Of `block`: those that have found no room, in order. */
  readonly #waiters: Waiter[] = [];
  readonly #whenIdle: Deferred[] = [];
  readonly #creditBytes: number;
  #credits: number;
  /** Lengths of the updates that are on their way, in order. */
  readonly #underWay: number[] = [];
  #underWayBytes = 0;
  #writing = 0;
  #failure: Error | null = null;
  issued = 0;
  sent = 0;
  discarded = 0;

  constructor(queue: SendQueue, pool: BufferPool, window: Window, write: (bytes: Uint8Array) => Request) {
    this.#queue = queue;
    this.#pool = pool;
    this.#credits = window.credits;
    this.#creditBytes = window.creditBytes;
    this.#write = write;
  }

  get queued(): number {
    return this.#queue.updates + this.#waiters.length;
  }

  get credits(): number {
    return this.#credits;
  }

  get failure(): Error | null {
    return this.#failure;
  }

  /** Counts an update; false where the policy drops it before it is even encoded. */
  issue(run: number): boolean {
    this.#requireWorking();
    const count = this.runs.of(run);
    count.issued += 1;
    this.issued += 1;
    if (this.#queue.policy !== 'discardNewest' || this.#queue.hasRoomFor(true)) return true;
    count.discarded += 1;
    this.discarded += 1;
    return false;
  }

  /** Takes the frame over. The promise resolves when it has its place in the queue. */
  enqueue(frame: QueuedFrame): Promise<void> {
    const { buffer, isUpdate } = frame;
    if (this.#waiters.length === 0) {
      if (isUpdate && !this.#queue.hasRoomFor(true)) this.#discardOldest();
      if (this.#queue.hasRoomFor(isUpdate)) {
        this.#queue.push(frame);
        this.pump();
        return this.#failure === null ? AT_ONCE : Promise.reject(this.#failure);
      }
    }
    if (this.#waiters.length >= this.#queue.limit) {
      buffer.release();
      throw new MPIError(
        'MPI_ERR_PENDING',
        `Cannot send: ${this.#waiters.length} sends wait for room in the queue already; await each send`,
      );
    }
    const room = new Deferred();
    this.#waiters.push({ frame, room });
    return room.promise;
  }

  /** True while something waits for room: a blocking send goes on receiving credits until it is false. */
  get isFull(): boolean {
    return this.#waiters.length > 0 && this.#failure === null;
  }

  /** Past queue and credits: for frames that nobody waits for. */
  sendNow(buffer: PooledBuffer): void {
    if (this.#failure === null) this.#send(buffer);
    else buffer.release();
  }

  /** As the very last thing, also where nothing else goes any more. */
  sendLast(buffer: PooledBuffer): void {
    this.#send(buffer);
  }

  grant(credits: number): void {
    this.#credits += credits;
    for (const length of this.#underWay.splice(0, credits)) this.#underWayBytes -= length;
    this.pump();
  }

  /** Sends what credits allow. */
  pump(): void {
    while (this.#failure === null) {
      this.#admit();
      const head = this.#queue.peek();
      if (head === undefined || (head.isUpdate && !this.#mayGo())) break;
      this.#send(this.#nextMessage());
    }
    this.#noticeIdle();
  }

  /** Resolves when everything that was enqueued has left this process. */
  idle(): Promise<void> {
    const deferred = new Deferred();
    this.#whenIdle.push(deferred);
    this.#noticeIdle();
    return deferred.promise;
  }

  fail(reason: Error): void {
    if (this.#failure !== null) return;
    this.#failure = reason;
    this.#queue.clear();
    for (const { frame, room } of this.#waiters.splice(0)) {
      frame.buffer.release();
      room.reject(reason);
    }
    for (const idle of this.#whenIdle.splice(0)) idle.reject(reason);
  }

  #requireWorking(): void {
    if (this.#failure !== null) throw this.#failure;
  }

  /** Beyond the bytes by one update at most, so that any goes, however long. */
  #mayGo(): boolean {
    return this.#credits > 0 && this.#underWayBytes < this.#creditBytes;
  }

  #admit(): void {
    for (let next = this.#waiters[0]; next !== undefined; next = this.#waiters[0]) {
      if (!this.#queue.hasRoomFor(next.frame.isUpdate)) return;
      this.#waiters.shift();
      this.#queue.push(next.frame);
      next.room.resolve();
    }
  }

  #discardOldest(): void {
    if (this.#queue.policy !== 'discardOldest' && this.#queue.policy !== 'latest') return;
    const oldest = this.#queue.removeOldestUpdate();
    if (oldest === undefined) return;
    oldest.buffer.release();
    this.runs.of(oldest.run).discarded += 1;
    this.discarded += 1;
  }

  /** The next frame, or the next few where they are short. */
  #nextMessage(): PooledBuffer {
    const first = this.#take();
    const second = this.#queue.peek();
    if (second === undefined || !this.#fits(first.bytes.byteLength, second)) return first;
    const batch = this.#pool.acquire(BATCH_BYTES);
    let length = 0;
    let frame: PooledBuffer = first;
    for (;;) {
      batch.bytes.set(frame.bytes, length);
      length += frame.bytes.byteLength;
      frame.release();
      const next = this.#queue.peek();
      if (next === undefined || !this.#fits(length, next)) break;
      frame = this.#take();
    }
    return batch.shortened(length);
  }

  #fits(length: number, next: QueuedFrame): boolean {
    if (next.isUpdate && !this.#mayGo()) return false;
    return length + next.buffer.bytes.byteLength <= BATCH_BYTES;
  }

  #take(): PooledBuffer {
    const frame = this.#queue.shift() as QueuedFrame;
    if (frame.isUpdate) {
      const { byteLength } = frame.buffer.bytes;
      this.#credits -= 1;
      this.#underWay.push(byteLength);
      this.#underWayBytes += byteLength;
      this.sent += 1;
    }
    stampFrame(frame.buffer.bytes, this.runs.peek(frame.run).discarded, this.queued);
    if (frame.endsRun) this.runs.forget(frame.run);
    return frame.buffer;
  }

  #send(buffer: PooledBuffer): void {
    let request: Request;
    try {
      request = this.#write(buffer.bytes);
    } catch (error) {
      buffer.release();
      return this.fail(asError(error));
    }
    if (request.done) {
      buffer.release();
      // It has failed, or it has not: to ask is the way to know.
      try {
        request.test();
      } catch (error) {
        this.fail(asError(error));
      }
      return;
    }
    this.#writing += 1;
    const end = (): void => {
      buffer.release();
      this.#writing -= 1;
      this.#noticeIdle();
    };
    void request.catch((error: unknown) => this.fail(asError(error))).then(end);
  }

  #noticeIdle(): void {
    if (this.#writing > 0 || this.#queue.length > 0 || this.#waiters.length > 0) return;
    for (const idle of this.#whenIdle.splice(0)) idle.resolve();
  }
}

const asError = (reason: unknown): Error => (reason instanceof Error ? reason : new Error(String(reason)));
