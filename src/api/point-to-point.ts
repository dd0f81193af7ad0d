/**
 * The point-to-point verbs of a communicator (MPI-4.1 §3). On an intercommunicator `dest` and `source` are ranks of
 * the remote group. A verb alone carries any value; with `Into` it fills a buffer that the caller owns; with `Sync`
 * it blocks the thread instead of returning a request.
 */
import type { CommunicatorCore } from '../communicators/communicator-core.ts';
import type { Message, Request, Status, WaitOptions } from '../engine/request.ts';
import { ANY_SOURCE, ANY_TAG } from '../model/constants.ts';
import type { Endpoint } from '../p2p/endpoint.ts';
import type { MatchedMessage } from '../p2p/matched-message.ts';
import { MessageIterator } from '../p2p/messages.ts';
import { immediateMatchedProbe, immediateProbe, matchedProbe, probe } from '../p2p/probe.ts';
import { receive, receiveInto, receiveIntoSync, receiveSync } from '../p2p/receive.ts';
import { bufferedSend, send, sendSync } from '../p2p/send.ts';
import { exchange, exchangeInto } from '../p2p/sendrecv.ts';
import type { BufferLike } from '../wire/element-type.ts';

export abstract class PointToPoint {
  protected readonly core: CommunicatorCore;
  readonly #end: Endpoint;

  constructor(core: CommunicatorCore) {
    this.core = core;
    this.#end = core.messages;
  }

  /**
   * Sends a value: a typed array as it is, anything else by structured clone. Complete when the data may be changed
   * again, which may be before the receiver has asked for it (MPI_Isend, MPI-4.1 §3.4).
   *
   * @throws {MPIError} MPI_ERR_RANK, MPI_ERR_TAG; MPI_ERR_TYPE where the value cannot travel (a function, a symbol);
   * rejects with MPI_ERR_PROC_FAILED where the receiver has died, MPI_ERR_TIMEOUT after `options.timeout` ms.
   *
   * ```ts
   * await comm.send({ step: 3, energies: new Float64Array(100) }, 1);
   * ```
   */
  send(data: unknown, dest: number, tag: number = 0, options?: WaitOptions): Request {
    return send(this.#end, data, dest, tag, false, options);
  }

  /** The same, blocking the thread until the data may be changed again (MPI_Send). */
  sendSync(data: unknown, dest: number, tag: number = 0): void {
    sendSync(this.#end, data, dest, tag);
  }

  /** Sends in synchronous mode: complete when the receiver has matched the message (MPI_Issend). */
  ssend(data: unknown, dest: number, tag: number = 0, options?: WaitOptions): Request {
    return send(this.#end, data, dest, tag, true, options);
  }

  /** The same, blocking (MPI_Ssend). */
  ssendSync(data: unknown, dest: number, tag: number = 0): void {
    this.#end.engine.driver.finish(send(this.#end, data, dest, tag, true));
  }

  /**
   * Sends in ready mode: the program promises that a matching receive is posted (MPI_Irsend). The promise is not
   * needed here; a program that breaks it still works.
   */
  rsend(data: unknown, dest: number, tag: number = 0): Request {
    return send(this.#end, data, dest, tag, false);
  }

  /**
   * Sends in buffered mode: copies the data and returns (MPI_Bsend with MPI_BUFFER_AUTOMATIC). The copies that have
   * not left yet may take 1 GiB in all.
   *
   * @throws {MPIError} MPI_ERR_BUFFER where they would take more.
   */
  bsend(data: unknown, dest: number, tag: number = 0): void {
    bufferedSend(this.#end, data, dest, tag);
  }

  /**
   * Receives a value, by default from any source and with any tag (MPI_Irecv, MPI-4.1 §3.7.2).
   *
   * Rejects with MPI_ERR_PROC_FAILED where the source has died, and once for each death where any source would do;
   * with MPI_ERR_TIMEOUT after `options.timeout` ms; with its reason when `options.signal` fires. No message is lost
   * by that: the next receive gets it.
   *
   * ```ts
   * const { data, source } = await comm.recv<string>();
   * ```
   */
  recv<T = unknown>(
    source: number = ANY_SOURCE,
    tag: number = ANY_TAG,
    options?: WaitOptions,
  ): Request<Message<T>> {
    return receive(this.#end, source, tag, options) as Request<Message<T>>;
  }

  /** The same, blocking (MPI_Recv). */
  recvSync<T = unknown>(source: number = ANY_SOURCE, tag: number = ANY_TAG): Message<T> {
    return receiveSync(this.#end, source, tag) as Message<T>;
  }

  /**
   * Receives raw elements into a buffer, which belongs to the library until the request is complete. Nothing is
   * allocated for the data. Too long a message is MPI_ERR_TRUNCATE; the buffer then holds what fitted. A message of
   * another kind than the buffer's (a value, or elements of another type unless either is bytes) is MPI_ERR_TYPE and
   * stays where it is.
   *
   * ```ts
   * const { count } = await comm.recvInto(new Float64Array(1000), 0);
   * ```
   */
  recvInto(
    buffer: BufferLike,
    source: number = ANY_SOURCE,
    tag: number = ANY_TAG,
    options?: WaitOptions,
  ): Request<Status> {
    return receiveInto(this.#end, buffer, source, tag, options);
  }

  /** The same, blocking (MPI_Recv). */
  recvIntoSync(buffer: BufferLike, source: number = ANY_SOURCE, tag: number = ANY_TAG): Status {
    return receiveIntoSync(this.#end, buffer, source, tag);
  }

  /** Sends one value and receives another at once, without the danger of a deadlock (MPI_Sendrecv, MPI-4.1 §3.10). */
  sendrecv<T = unknown>(
    data: unknown,
    dest: number,
    sendTag: number,
    source: number,
    recvTag: number,
  ): Request<Message<T>> {
    return exchange(this.#end, data, dest, sendTag, source, recvTag).request() as Request<Message<T>>;
  }

  /** The same, blocking. */
  sendrecvSync<T = unknown>(
    data: unknown,
    dest: number,
    sendTag: number,
    source: number,
    recvTag: number,
  ): Message<T> {
    return exchange(this.#end, data, dest, sendTag, source, recvTag).wait() as Message<T>;
  }

  /** As {@link sendrecv}, of raw elements; the two buffers may not overlap. */
  sendrecvInto(
    sendBuffer: BufferLike,
    dest: number,
    sendTag: number,
    recvBuffer: BufferLike,
    source: number,
    recvTag: number,
  ): Request<Status> {
    return exchangeInto(this.#end, sendBuffer, dest, sendTag, recvBuffer, source, recvTag).request();
  }

  /** The same, blocking. */
  sendrecvIntoSync(
    sendBuffer: BufferLike,
    dest: number,
    sendTag: number,
    recvBuffer: BufferLike,
    source: number,
    recvTag: number,
  ): Status {
    return exchangeInto(this.#end, sendBuffer, dest, sendTag, recvBuffer, source, recvTag).wait();
  }

  /** Waits for a message without receiving it (MPI_Probe, MPI-4.1 §3.8.1). `count` is in elements of what was sent. */
  probe(source: number = ANY_SOURCE, tag: number = ANY_TAG, options?: WaitOptions): Request<Status> {
    return probe(this.#end, source, tag, options);
  }

  /** The same, blocking. */
  probeSync(source: number = ANY_SOURCE, tag: number = ANY_TAG): Status {
    return this.#end.engine.driver.finish(probe(this.#end, source, tag));
  }

  /** The status of a message that is there now, or undefined (MPI_Iprobe). */
  iprobe(source: number = ANY_SOURCE, tag: number = ANY_TAG): Status | undefined {
    return immediateProbe(this.#end, source, tag);
  }

  /** Waits for a message and takes it out of the queue; only the handle can receive it (MPI_Mprobe, MPI-4.1 §3.8.2). */
  mprobe(source: number = ANY_SOURCE, tag: number = ANY_TAG, options?: WaitOptions): Request<MatchedMessage> {
    return matchedProbe(this.#end, source, tag, options);
  }

  /** The same, blocking. */
  mprobeSync(source: number = ANY_SOURCE, tag: number = ANY_TAG): MatchedMessage {
    return this.#end.engine.driver.finish(matchedProbe(this.#end, source, tag));
  }

  /** Takes a message that is there now out of the queue, or undefined (MPI_Improbe). */
  improbe(source: number = ANY_SOURCE, tag: number = ANY_TAG): MatchedMessage | undefined {
    return immediateMatchedProbe(this.#end, source, tag);
  }

  /**
   * Every message that matches, as it comes. Leaving the loop takes no message with it; an aborted `signal` ends it
   * with its reason.
   *
   * ```ts
   * for await (const { data, source } of comm.messages<number>({ tag: 7 })) {
   *   if (data < 0) break;
   *   console.log(`${data} from ${source}`);
   * }
   * ```
   */
  messages<T = unknown>(
    filter: { source?: number; tag?: number; signal?: AbortSignal } = {},
  ): AsyncIterableIterator<Message<T>> {
    const { source = ANY_SOURCE, tag = ANY_TAG, signal } = filter;
    const options = signal === undefined ? undefined : { signal };
    return new MessageIterator<T>(() => {
      this.core.checkUsable();
      return receive(this.#end, source, tag, options);
    });
  }
}
