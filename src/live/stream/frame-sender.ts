/**
 * Puts a client's frames on their way: keeps them in order, spends credits, lets whoever finds the queue full wait or
 * discards, and counts what is lost. It knows MPI as one function.
 *
 *     the master keeps up     each frame at once
 *     it has some to read     frames wait for company: up to 16 KiB go together when it has read them, or when that many are there
 *     nothing is in the way   long arrays from where they lie (frame-in-place.ts), while whoever sends them waits
 *     something is            they wait for their turn, as long as the master gives credits back; where it does not, they are copied
 */
import { MPIError } from '../../index.ts';
import type { BufferPool, PooledBuffer } from '../update/buffer-pool.ts';
import { stampFrame } from '../update/frame-encoder.ts';
import { AT_ONCE, Deferred } from './deferred.ts';
import { BATCH_BYTES, type Frames, nextMessage } from './frame-batch.ts';
import type { FrameInPlace } from './frame-in-place.ts';
import { MessageWriter, type Write } from './message-writer.ts';
import { RunCounters } from './run-counters.ts';
import type { QueuedFrame, SendQueue } from './send-queue.ts';
import { SendWaiters, type Turn } from './send-waiters.ts';
import type { SendWindow } from './send-window.ts';

export class FrameSender {
  readonly runs: RunCounters = new RunCounters();
  readonly #queue: SendQueue;
  readonly #pool: BufferPool;
  readonly #writer: MessageWriter;
  readonly #frames: Frames = { take: () => this.#take(), fits: (length) => this.#fits(length) };
  /** Of `block`. */
  readonly #waiters = new SendWaiters();
  readonly #whenIdle: Deferred[] = [];
  readonly #window: SendWindow;
  #failure: Error | null = null;
  /** On its way, and whoever sends it waits; everything else waits for it. */
  #inPlace: FrameInPlace | null = null;
  #last: PooledBuffer | null = null;
  /** The last wait for a turn was not in vain, or the master has given credits back since. */
  #isPatient = true;
  sent = 0;

  constructor(queue: SendQueue, pool: BufferPool, window: SendWindow, write: Write) {
    this.#queue = queue;
    this.#pool = pool;
    this.#window = window;
    this.#writer = new MessageWriter(write, {
      failed: (error) => this.fail(error),
      written: () => this.pump(),
    });
  }

  get queued(): number {
    return this.#queue.updates + this.#waiters.length;
  }

  get credits(): number {
    return this.#window.credits;
  }

  get failure(): Error | null {
    return this.#failure;
  }

  /** False where the policy drops the next update before it is even encoded: then it has been counted. */
  isWanted(run: number): boolean {
    this.#requireWorking();
    if (this.#queue.policy !== 'discardNewest' || this.#queue.hasRoomFor(true)) return true;
    this.runs.issue(run);
    this.runs.discard(run);
    return false;
  }

  /**
   * Takes the frame over, and counts it where it is an update. The promise resolves when it has its place in the queue.
   *
   * @throws {MPIError} MPI_ERR_PENDING where too many wait for one; then it has not been counted.
   */
  enqueue(frame: QueuedFrame): Promise<void> {
    const { buffer, isUpdate, run } = frame;
    if (this.#waiters.length === 0) {
      if (isUpdate && !this.#queue.hasRoomFor(true)) this.#discardOldest();
      if (this.#queue.hasRoomFor(isUpdate)) {
        if (isUpdate) this.runs.issue(run);
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
    if (isUpdate) this.runs.issue(run);
    return this.#waiters.push(frame);
  }

  /** True while something waits for room: a blocking send goes on receiving credits until it is false. */
  get isFull(): boolean {
    return this.#waiters.length > 0 && this.#failure === null;
  }

  /** Past queue and credits: for frames that nobody waits for. False where a long one is on its way, and this one was dropped. */
  sendNow(buffer: PooledBuffer): boolean {
    const isFree = this.#failure === null && this.#inPlace === null;
    if (isFree) this.#writer.send(buffer);
    else buffer.release();
    return isFree;
  }

  /** Nothing is ahead of an update, and nobody wants it to be dropped: it may go from where it lies. */
  get isClear(): boolean {
    return this.#queue.policy === 'block' && this.#waiters.length === 0 && this.#isFree();
  }

  /** It is likely to be soon. */
  get isSoonClear(): boolean {
    return (
      this.#queue.policy === 'block' &&
      this.#isPatient &&
      this.#failure === null &&
      this.#waiters.length < this.#queue.limit
    );
  }

  /** Lets a frame wait for its turn, behind all that waits already. */
  awaitTurn(inPlace: FrameInPlace, run: number): Turn {
    this.runs.issue(run);
    const turn = this.#waiters.awaitTurn(inPlace, run, {
      hasCome: () => this.#inPlace === inPlace,
      givenUp: () => {
        this.#isPatient = false;
        this.pump();
      },
    });
    this.pump();
    return turn;
  }

  /** Takes up what has gone meanwhile: a blocked thread hears of it in no other way. */
  look(): void {
    this.#writer.look();
  }

  /** Takes the frame over where nothing is ahead of it; resolves when the program's arrays are the program's again. */
  async sendInPlace(frame: FrameInPlace, run: number): Promise<void> {
    this.runs.issue(run);
    this.#begin(frame, run);
    await this.sendInTurn(frame);
  }

  /** The same where its turn has come. */
  async sendInTurn(frame: FrameInPlace): Promise<void> {
    await frame.send(this.#writer);
    this.#end(frame);
  }

  /** The same two, blocking. */
  sendInPlaceSync(frame: FrameInPlace, run: number): void {
    this.runs.issue(run);
    this.#begin(frame, run);
    this.sendInTurnSync(frame);
  }

  sendInTurnSync(frame: FrameInPlace): void {
    frame.sendSync(this.#writer);
    this.#end(frame);
  }

  /** As the very last thing, also where nothing else goes any more. */
  sendLast(buffer: PooledBuffer): void {
    if (this.#inPlace === null) this.#writer.send(buffer);
    else this.#last = buffer;
  }

  grant(credits: number): void {
    this.#window.grant(credits);
    this.#isPatient = true;
    this.pump();
  }

  /** Sends what credits allow. */
  pump(): void {
    while (this.#failure === null && this.#inPlace === null) {
      this.#admit();
      const head = this.#queue.peek();
      if (head === undefined || (head.isUpdate && (!this.#window.isOpen || this.#waitsForCompany()))) break;
      this.#writer.send(nextMessage(this.#pool, this.#frames));
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
    this.#waiters.fail(reason);
    for (const idle of this.#whenIdle.splice(0)) idle.reject(reason);
  }

  #requireWorking(): void {
    if (this.#failure !== null) throw this.#failure;
  }

  /** Sent alone it would only lie behind what the master has not read. */
  #waitsForCompany(): boolean {
    const { length, updates, limit, bytes } = this.#queue;
    return (
      this.#queue.policy === 'block' &&
      this.#window.isAnswered &&
      length === updates &&
      updates < limit &&
      bytes < BATCH_BYTES
    );
  }

  #admit(): void {
    for (let next = this.#waiters.first; next !== undefined; next = this.#waiters.first) {
      if ('inPlace' in next) {
        if (!this.#isFree()) return;
        this.#begin(next.inPlace, next.run);
        return this.#waiters.shift();
      }
      if (!this.#queue.hasRoomFor(next.isUpdate)) return;
      this.#queue.push(next);
      this.#waiters.shift();
    }
  }

  /** Nothing that was sent before is still here, and the window is open. */
  #isFree(): boolean {
    return (
      this.#failure === null &&
      this.#inPlace === null &&
      this.#writer.writing === 0 &&
      this.#queue.length === 0 &&
      this.#window.isOpen
    );
  }

  #discardOldest(): void {
    if (this.#queue.policy !== 'discardOldest' && this.#queue.policy !== 'latest') return;
    const oldest = this.#queue.removeOldestUpdate();
    if (oldest === undefined) return;
    oldest.buffer.release();
    this.runs.discard(oldest.run);
  }

  #fits(length: number): boolean {
    const next = this.#queue.peek();
    if (next === undefined || (next.isUpdate && !this.#window.isOpen)) return false;
    return length + next.buffer.bytes.byteLength <= BATCH_BYTES;
  }

  #take(): PooledBuffer {
    const frame = this.#queue.shift() as QueuedFrame;
    if (frame.isUpdate) this.#spend(frame.buffer.bytes.byteLength);
    stampFrame(frame.buffer, this.runs.peek(frame.run).discarded, this.queued);
    if (frame.endsRun) this.runs.forget(frame.run);
    return frame.buffer;
  }

  #spend(byteLength: number): void {
    this.#window.spend(byteLength);
    this.sent += 1;
  }

  #begin(frame: FrameInPlace, run: number): void {
    this.#spend(frame.byteLength);
    stampFrame(frame.beginning, this.runs.peek(run).discarded, 0);
    this.#inPlace = frame;
  }

  #end(frame: FrameInPlace): void {
    this.#inPlace = null;
    if (frame.failure !== null) this.fail(frame.failure);
    for (const copy of frame.copies) this.#writer.sendBytes(copy.bytes, copy);
    const last = this.#last;
    this.#last = null;
    if (last !== null) this.#writer.send(last);
    this.pump();
    this.#requireWorking();
  }

  #noticeIdle(): void {
    const waiting = this.#writer.writing + this.#queue.length + this.#waiters.length;
    if (waiting > 0 || this.#inPlace !== null) return;
    for (const idle of this.#whenIdle.splice(0)) idle.resolve();
  }
}
