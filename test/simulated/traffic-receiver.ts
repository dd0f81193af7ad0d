/**
 * A rank that receives in every way there is, several at a time: values, into buffers (some too short, some of a wrong
 * kind), matched probes, with and without wildcards, receives that are cancelled or given up underway. Whatever
 * comes is looked up in the model.
 */
import assert from 'node:assert/strict';
import type { Intracommunicator } from '#api/intracommunicator.js';
import { MPIError } from '#errors/mpi-error.js';
import type { Message, Request, Status } from '#engine/request.js';
import { ANY_SOURCE, ANY_TAG } from '#model/constants.js';
import type { MatchedMessage } from '#p2p/matched-message.js';
import type { SeededRandom } from '#transport/simulated/seeded-random.js';
import type { SimulatedNetwork } from '#transport/simulated/simulated-network.js';
import type { TypedArray } from '#wire/element-type.js';
import { checkOrder, isRaw, type Received, type Remaining, type TrafficMessage } from './traffic-model.ts';

export interface ReceiverOptions {
  /** Keeps a receive of anything posted, so that a sender may wait for each of its messages. */
  readonly takesAnything: boolean;
  /** Gives receives up at random moments. */
  readonly givesUp: boolean;
  /** Senders take messages back. */
  readonly takesBack: boolean;
}

interface Pending {
  readonly source: number;
  readonly tag: number;
  readonly startedAt: number;
  readonly cancel: () => boolean;
  /** What it got, once somebody looks. */
  readonly ended: PromiseLike<() => TrafficMessage | null>;
}

/** No message of the model is longer. */
const LONGEST_BYTES = 2 ** 14;
const GIVEN_UP = new Error('given up');

export class TrafficReceiver {
  readonly #comm: Intracommunicator;
  readonly #remaining: Remaining;
  readonly #random: SeededRandom;
  readonly #network: SimulatedNetwork;
  readonly #options: ReceiverOptions;
  readonly #pending = new Set<Pending>();
  readonly #received: Received[] = [];
  #moment = 0;

  constructor(
    comm: Intracommunicator,
    remaining: Remaining,
    random: SeededRandom,
    network: SimulatedNetwork,
    options: ReceiverOptions,
  ) {
    this.#comm = comm;
    this.#remaining = remaining;
    this.#random = random;
    this.#network = network;
    this.#options = options;
  }

  async receiveAll(): Promise<void> {
    const atOnceMax = this.#random.between(1, 6);
    while (this.#remaining.size > 0) {
      while (!this.#cancelUnfit()) await this.#pause();
      while (this.#pending.size < atOnceMax && this.#remaining.size > 0) {
        if (this.#random.chance(0.15)) this.#receiveNow();
        else this.#start();
        if (this.#pending.size > 0 && this.#random.chance(0.5)) break;
      }
      if (this.#options.takesAnything) this.#coverEverything();
      if (this.#pending.size === 0) continue;
      await Promise.race([...[...this.#pending].map(({ ended }) => ended), this.#remaining.nextWithdrawal()]);
    }
    while (!this.#cancelUnfit()) await this.#pause();
    // A receive that had matched for a while, in vain, was passed by those behind it.
    if (!this.#options.givesUp && !this.#options.takesBack) checkOrder(this.#received);
  }

  /** Cancels the receives that nothing is left for; false where one cannot be yet. */
  #cancelUnfit(): boolean {
    for (const pending of this.#pending) {
      if (this.#remaining.anyFits(pending.source, pending.tag)) continue;
      if (pending.cancel()) {
        this.#pending.delete(pending);
        continue;
      }
      // It has matched a message whose sender has just taken it back, and is about to learn of that.
      assert.ok(this.#options.takesBack, 'a receive that no message fits could not be cancelled');
      return false;
    }
    return true;
  }

  #coverEverything(): void {
    const covered = [...this.#pending].some(({ source, tag }) => source === ANY_SOURCE && tag === ANY_TAG);
    if (!covered && this.#remaining.size > 0) this.#startValue(ANY_SOURCE, ANY_TAG);
  }

  #start(): void {
    const random = this.#random;
    const wanted = this.#remaining.pick(random);
    const source = random.chance(0.4) ? ANY_SOURCE : wanted.from;
    const tag = random.chance(0.4) ? ANY_TAG : wanted.tag;
    const way = random.below(10);
    if (way === 0) this.#startMatchedProbe(source, tag);
    else if (way < 5 && isRaw(wanted.data)) this.#startInto(bufferFor(wanted.data, random), source, tag);
    else this.#startValue(source, tag);
  }

  #startValue(source: number, tag: number): void {
    const request = this.#comm.recv(source, tag, this.#waitOptions());
    this.#follow(request, source, tag, (message: Message) =>
      this.#remaining.takeData(message.data, message.source, message.tag),
    );
  }

  #startInto(buffer: TypedArray, source: number, tag: number): void {
    // Given up underway, a message goes to another receive, except for what a short buffer had no room for.
    const options = buffer.byteLength < LONGEST_BYTES ? {} : this.#waitOptions();
    const request = this.#comm.recvInto(buffer, source, tag, options);
    const startedAt = ++this.#moment;
    const ended = request.then(
      (status: Status) => () =>
        this.#remaining.takeBytes(buffer, status.bytes, true, status.source, status.tag),
      (error: unknown) => () => this.#intoFailed(error, request, buffer),
    );
    this.#add({ source, tag, startedAt, cancel: () => cancelled(request), ended }, false);
  }

  #intoFailed(error: unknown, request: Request<Status>, buffer: TypedArray): TrafficMessage | null {
    if (error === GIVEN_UP) return null;
    assert.ok(error instanceof MPIError, String(error));
    // A message of another type stays where it is.
    if (error.code === 'MPI_ERR_TYPE') return null;
    assert.equal(error.code, 'MPI_ERR_TRUNCATE');
    const status = request.status();
    assert.ok(status !== undefined);
    return this.#remaining.takeBytes(buffer, buffer.byteLength, false, status.source, status.tag);
  }

  #startMatchedProbe(source: number, tag: number): void {
    const giveUp = new AbortController();
    const request = this.#comm.mprobe(source, tag, { signal: giveUp.signal });
    const startedAt = ++this.#moment;
    const cancel = (): boolean => {
      giveUp.abort(GIVEN_UP);
      // Failed now, or it has taken its message before.
      return request.done;
    };
    const ended = request.then(
      async (matched) => {
        const message = await this.#receiveMatched(matched);
        return () => message;
      },
      (error: unknown) => () => {
        assert.equal(error, GIVEN_UP);
        return null;
      },
    );
    this.#add({ source, tag, startedAt, cancel, ended }, true);
  }

  /** Takes what is there already, without waiting. */
  #receiveNow(): void {
    const wanted = this.#remaining.pick(this.#random);
    if (this.#random.chance(0.5)) {
      const status = this.#comm.iprobe(wanted.from, wanted.tag);
      if (status !== undefined) assert.deepEqual([status.source, status.tag], [wanted.from, wanted.tag]);
      return;
    }
    const matched = this.#comm.improbe(wanted.from, wanted.tag);
    if (matched === undefined) return;
    const startedAt = ++this.#moment;
    const ended = this.#receiveMatched(matched).then((message) => () => message);
    // It has its message already, so that nothing can be cancelled.
    this.#add(
      { source: matched.source, tag: matched.tag, startedAt, cancel: () => true, ended },
      true,
      startedAt,
    );
  }

  async #receiveMatched(matched: MatchedMessage): Promise<TrafficMessage | null> {
    try {
      const { data, source, tag } = await matched.recv();
      assert.deepEqual([source, tag], [matched.source, matched.tag]);
      return this.#remaining.takeData(data, source, tag);
    } catch (error) {
      if (error instanceof MPIError && error.message.includes('taken it back')) return null;
      throw error;
    }
  }

  #follow<T>(request: Request<T>, source: number, tag: number, take: (value: T) => TrafficMessage): void {
    const startedAt = ++this.#moment;
    const ended = request.then(
      (value) => () => (request.status()?.cancelled === true ? null : take(value)),
      (error: unknown) => () => {
        if (error !== GIVEN_UP) throw error;
        return null;
      },
    );
    this.#add({ source, tag, startedAt, cancel: () => cancelled(request), ended }, false);
  }

  #add(pending: Pending, probe: boolean, matchedAt?: number): void {
    const { source, tag, startedAt } = pending;
    const watched: Pending = {
      ...pending,
      ended: pending.ended.then((outcome) => {
        if (!this.#pending.delete(watched)) return outcome;
        const message = outcome();
        if (message === null) return outcome;
        this.#received.push({ source, tag, message, probe, startedAt, doneAt: matchedAt ?? ++this.#moment });
        return outcome;
      }),
    };
    this.#pending.add(watched);
  }

  #pause(): Promise<void> {
    return new Promise((resolve) => this.#network.after(0.1, resolve));
  }

  #waitOptions(): { signal?: AbortSignal } {
    if (!this.#options.givesUp || this.#random.chance(0.7)) return {};
    const giveUp = new AbortController();
    this.#network.after(this.#random.fraction() * 3, () => giveUp.abort(GIVEN_UP));
    return { signal: giveUp.signal };
  }
}

/** A buffer of the message's kind, or of bytes; mostly long enough. */
function bufferFor(data: TypedArray, random: SeededRandom): TypedArray {
  const bytes = data.byteLength + (random.chance(0.5) ? 0 : 8 * random.below(20));
  // Too short for some, and still long enough to tell which message it was.
  const length = Math.max(8, random.chance(0.1) ? bytes >> 1 : bytes);
  if (random.chance(0.3)) return new Uint8Array(random.chance(0.5) ? LONGEST_BYTES : length);
  if (data instanceof Float64Array) return new Float64Array(length >> 3);
  return data instanceof Int32Array ? new Int32Array(length >> 2) : new Uint8Array(length);
}

/** True where it has got nothing, and will not: it is cancelled now, or had failed already. */
function cancelled(request: Request<unknown>): boolean {
  return request.cancel() || hasFailed(request);
}

function hasFailed(request: Request<unknown>): boolean {
  try {
    request.test();
    return false;
  } catch {
    return true;
  }
}
