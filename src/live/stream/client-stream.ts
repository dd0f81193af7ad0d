/**
 * A client's end of a stream: updates go out in order, as far as credits allow; the rest waits in a bounded queue.
 *
 *     send() → queue ≤ queueLimit ─ credits > 0 ─→ MPI → master
 *                 ↑ onFull                              │ each update taken there gives a credit back
 *                 └──────────── credits, feedback ──────┘
 *
 * Small frames that had to wait travel together in one message. Feedback is received as it comes: while the event loop turns,
 * and at every send.
 */
import { type Communicator, MPIError } from '../../index.ts';
import { BufferPool, type PooledBuffer } from '../update/buffer-pool.ts';
import { type ArrayToSend, FrameEncoder, type FrameHead } from '../update/frame-encoder.ts';
import * as kind from '../update/frame-kinds.ts';
import { NO_STEP } from '../update/frame-layout.ts';
import { UpdateBuilder, type UpdateSink } from '../update/update-builder.ts';
import {
  type ClientStreamStatistics,
  type ConnectStreamOptions,
  requireClientOptions,
} from './client-options.ts';
import { ClientSlots } from './client-slots.ts';
import { AT_ONCE } from './deferred.ts';
import { Farewell } from './farewell.ts';
import { type Feedback, FeedbackInbox } from './feedback-inbox.ts';
import type { InPlaceMeans } from './frame-in-place.ts';
import { FrameSender } from './frame-sender.ts';
import { MasterLine } from './master-line.ts';
import type { Write } from './message-writer.ts';
import { Pusher, type PusherOptions } from './pusher.ts';
import { RunPlace } from './run-place.ts';
import { SendQueue } from './send-queue.ts';
import { SendWindow } from './send-window.ts';
import { UpdateSender } from './update-sender.ts';
import { enterStream } from './stream-ends.ts';
import { asFeedback, TAG_DEFAULT, wallClock } from './wire-tags.ts';

/** Some three weeks. */
const TIMER_MS_MAX = 2 ** 31 - 1;
const NOTHING: Readonly<Record<string, unknown>> = {};

/** Made by connectStream. */
export class ClientStream implements UpdateSink {
  readonly #comm: Communicator;
  readonly #master: number;
  readonly #tag: number;
  readonly #now: () => number;
  readonly #means: InPlaceMeans;
  readonly #sender: FrameSender;
  readonly #updates: UpdateSender;
  readonly #inbox = new FeedbackInbox();
  readonly #pushers: Pusher[] = [];
  readonly #heartbeat: NodeJS.Timeout;
  readonly #farewell = new Farewell();
  readonly #line: MasterLine;
  readonly #leave: () => void;
  readonly #place = new RunPlace();
  #heartbeatUnanswered = false;
  #closing: Promise<void> | null = null;
  #stored = 0;

  constructor(comm: Communicator, options: ConnectStreamOptions) {
    const { credits = 256, creditBytes = 2 ** 24, heartbeatMs = 1000, name = `rank ${comm.rank}` } = options;
    requireClientOptions(options);
    this.#comm = comm;
    this.#master = options.master ?? 0;
    this.#tag = options.tag ?? TAG_DEFAULT;
    this.#now = options.now ?? wallClock;
    const pool = new BufferPool();
    const slots = new ClientSlots();
    const write: Write = (bytes, options) => comm.send(bytes, this.#master, this.#tag, options);
    const queue = new SendQueue(options.onFull ?? 'block', options.queueLimit ?? 64);
    this.#sender = new FrameSender(queue, pool, new SendWindow(credits, creditBytes), write);
    this.#leave = enterStream(comm, this.#master, this.#tag);
    this.#line = new MasterLine(() => comm.recv(this.#master, this.#tag + 1), {
      acknowledged: (credits, stored, heartbeats) => {
        this.#stored = stored;
        if (heartbeats > 0) this.#heartbeatUnanswered = false;
        this.#sender.grant(credits);
        slots.hear();
      },
      said: (message) => this.#hear(message),
      failed: (reason) => this.#fail(reason),
    });
    this.#means = { encoder: new FrameEncoder(pool), pool, write, slots, line: this.#line };
    this.#updates = new UpdateSender(this.#sender, this.#means);
    const hello = { name, credits, creditBytes, queueLimit: queue.limit, onFull: queue.policy, heartbeatMs };
    this.#sender.sendNow(this.#encode(kind.HELLO, hello));
    this.#heartbeat = setInterval(() => this.#beat(), Math.min(heartbeatMs, TIMER_MS_MAX)).unref();
  }

  /** What the master has set, merged: `stream.settings.threshold`. Changes as feedback comes. */
  get settings(): Readonly<Record<string, unknown>> {
    return this.#inbox.settings;
  }

  /** Fires when the master asks the clients to stop; they end their run and close when they like. */
  get stopSignal(): AbortSignal {
    return this.#inbox.stopSignal;
  }

  get statistics(): ClientStreamStatistics {
    const { runs, sent, queued, credits } = this.#sender;
    const { issued, discarded } = runs;
    return { issued, sent, discarded, queued, credits, stored: this.#stored };
  }

  /** Number of the current run; of the last one between runs, 0 before the first. */
  get run(): number {
    return this.#place.run;
  }

  /** A new `md` object; a client may have several, and use each again and again. */
  update(): UpdateBuilder {
    return new UpdateBuilder(this);
  }

  /** Pushes partial sums at a cadence, and what is left of them at the end of each run. */
  pusher(options: PusherOptions): Pusher {
    const pusher = new Pusher(this.update(), options, this.#now, () => this.poll());
    this.#pushers.push(pusher);
    return pusher;
  }

  /**
   * Begins a run; without it the first update begins the next one. Runs have rising numbers, from 1 by default.
   *
   * @throws {MPIError} MPI_ERR_ARG where the number is not above that of the last run.
   */
  async beginRun(run: number = this.run + 1): Promise<void> {
    this.#place.requireNextRun(run);
    if (this.#place.isInRun) await this.endRun();
    this.#place.enterRun(run);
    await this.#control(kind.BEGIN_RUN);
  }

  /**
   * Ends the run, which begins where it had not: pushes what is left of partial sums, and tells the master how many updates
   * there were. A client that had nothing to say in a run ends it all the same.
   */
  async endRun(): Promise<void> {
    for (const pusher of this.#pushers) await pusher.push();
    if (this.#place.step !== NO_STEP) await this.endStep();
    this.#place.enterSomeRun();
    this.#place.leaveRun();
    await this.#control(kind.END_RUN);
  }

  /** Begins a step of the run, as of a scan. Steps have rising numbers, from 0 by default. */
  async beginStep(step: number = this.#place.lastStep + 1): Promise<void> {
    this.#place.requireNextStep(step);
    if (this.#place.step !== NO_STEP) await this.endStep();
    this.#place.enterSomeRun();
    this.#place.enterStep(step);
    await this.#control(kind.BEGIN_STEP);
  }

  /** Ends the step: pushes what is left of partial sums, so that no sum spans two steps. */
  async endStep(): Promise<void> {
    if (this.#place.step === NO_STEP)
      throw new MPIError('MPI_ERR_OTHER', 'Cannot end a step: none has begun');
    for (const pusher of this.#pushers) await pusher.push();
    const sent = this.#control(kind.END_STEP);
    this.#place.leaveStep();
    await sent;
  }

  /** Called by the `md` object. */
  sendUpdate(small: Readonly<Record<string, unknown>>, arrays: readonly ArrayToSend[]): Promise<void> {
    return this.#isWanted() ? this.#updates.send(this.#head(kind.DATA), small, arrays) : AT_ONCE;
  }

  /** Called by the `md` object. */
  sendUpdateSync(small: Readonly<Record<string, unknown>>, arrays: readonly ArrayToSend[]): void {
    if (this.#isWanted()) this.#updates.sendSync(this.#head(kind.DATA), small, arrays);
  }

  /** Receives the feedback that is there; never waits. Only programs that never let the event loop turn need to call it. */
  poll(): void {
    this.#line.poll();
  }

  /** Calls the listener for everything that the master says; the result ends that. */
  onFeedback(listener: (feedback: Feedback) => void): () => void {
    return this.#inbox.listen(listener);
  }

  /**
   * A request of the master by its name, once: `if (stream.takeRequest('frame')) md.addArray('frame', image)`.
   */
  takeRequest(name: string): { readonly value: unknown } | undefined {
    this.poll();
    return this.#inbox.take(name);
  }

  /** Resolves when everything that was sent so far has left this process. */
  flush(): Promise<void> {
    return this.#sender.idle();
  }

  /**
   * Ends the run where one is under way, sends what waits, and leaves. Resolves when the master has taken everything, and has
   * stored it where it stores; where the master has failed or closed its end meanwhile, at once.
   *
   * @throws {MPIError} MPI_ERR_OTHER where the master had closed its stream before this one began: nothing was taken.
   * @throws {MPIError} MPI_ERR_IO where the master has taken everything, and its store has failed to keep it all.
   */
  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  async #close(): Promise<void> {
    try {
      // Partial sums that nobody has pushed yet are a run as well.
      if (this.#pushers.some(({ isEmpty }) => !isEmpty)) this.#place.enterSomeRun();
      if (this.#place.isInRun) await this.endRun();
      await this.#control(kind.BYE);
      await this.#sender.idle();
      await this.#farewell.said;
    } catch (error) {
      if (!this.#farewell.isQuiet(error, this.#sender.failure)) throw error;
    } finally {
      this.#hangUp();
    }
  }

  /** False where the policy drops the next update. */
  #isWanted(): boolean {
    if (this.#closing !== null && !this.#place.isInRun)
      throw new MPIError('MPI_ERR_OTHER', 'Cannot send an update: the stream is closed');
    this.poll();
    this.#place.enterSomeRun();
    return this.#sender.isWanted(this.#place.run);
  }

  #control(code: number): Promise<void> {
    if (this.#sender.failure !== null) return Promise.reject(this.#sender.failure);
    const buffer = this.#encode(code, NOTHING);
    const endsRun = code === kind.END_RUN;
    return this.#sender.enqueue({ buffer, run: this.#place.run, isUpdate: false, endsRun });
  }

  #encode(code: number, small: Readonly<Record<string, unknown>>): PooledBuffer {
    return this.#means.encoder.encode(this.#head(code), small, []);
  }

  #head(code: number): FrameHead {
    const { issued, discarded } = this.#sender.runs.peek(this.#place.run);
    return {
      kind: code,
      rank: this.#comm.rank,
      run: this.#place.run,
      step: this.#place.step,
      // An update counts when nothing refuses it any more.
      sequence: code === kind.DATA ? issued + 1 : issued,
      time: this.#now(),
      discarded,
      queued: this.#sender.queued,
    };
  }

  #beat(): void {
    if (this.#heartbeatUnanswered || this.#sender.failure !== null || this.#closing !== null) return;
    this.#heartbeatUnanswered = this.#sender.sendNow(this.#encode(kind.HEARTBEAT, NOTHING));
  }

  #hear(message: unknown): void {
    const feedback = asFeedback(message);
    if (feedback === undefined) return;
    this.#inbox.receive(feedback);
    const end = this.#farewell.hear(feedback);
    if (end === null) return;
    this.#fail(end);
    this.#sender.sendLast(this.#encode(kind.BYE, feedback.refused === true ? { refused: true } : NOTHING));
  }

  #hangUp(): void {
    clearInterval(this.#heartbeat);
    this.#line.hangUp();
    this.#means.slots.close();
    this.#leave();
  }

  #fail(reason: unknown): void {
    this.#hangUp();
    const error = reason instanceof Error ? reason : new Error(String(reason));
    this.#sender.fail(error);
    this.#farewell.fail(error);
  }
}
