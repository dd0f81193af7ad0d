/**
 * What this process has to tell one peer, in order: answers first, then the envelopes in the order of their sends,
 * then, in turns, the data of the rendezvous that the peer has agreed to. `pump` writes what the channel takes now;
 * the rest waits here for the next poll.
 */
import type { MPIError } from '../errors/mpi-error.ts';
import type { ProcessId } from '../model/process-id.ts';
import type { Channel } from '../transport/transport.ts';
import { type ControlKind, FrameKind } from '../wire/frame.ts';
import { Controls } from './controls.ts';
import { Fifo } from './fifo.ts';
import { controlsMax, type EngineLimits, MESSAGE_OVERHEAD } from './limits.ts';
import { Requested } from './requested.ts';
import { type SendOperation, SendPhase, type SendQueue } from './send-operation.ts';
import { Transfers } from './transfers.ts';
import type { ContextNames, WaitDescription } from './wait-description.ts';

/** What an outbox asks of the engine. */
export interface OutboxHost {
  readonly limits: EngineLimits;
  openChannel(peer: ProcessId): Channel;
  /** The context of these two words, where it is known. */
  knownContext(high: number, low: number): ContextNames | undefined;
  /** What the peer has to be told cannot be told: it is as good as dead. */
  cannotAnswer(peer: ProcessId, why: string): void;
  /** The peer may copy something of this outbox by itself. */
  lends(outbox: Outbox): void;
  /** This outbox has something that did not fit. */
  waitsForRoom(outbox: Outbox): void;
}

export class Outbox implements SendQueue {
  readonly peer: ProcessId;
  readonly #host: OutboxHost;
  readonly #controls: Controls;
  readonly #queue = new Fifo<SendOperation>();
  readonly #transfers = new Transfers();
  readonly #requested = new Requested();
  #channel: Channel | null = null;
  #eagerInFlight = 0;
  readonly #eagerBudget: number;
  /** The longest message that goes out at once, in one frame; -1 as long as there is no channel. */
  #shortBytesMax = -1;
  #closed: ((operation: SendOperation) => MPIError) | null = null;
  /** True while the engine knows that something waits here for room. */
  listed: boolean = false;

  constructor(peer: ProcessId, host: OutboxHost) {
    this.peer = peer;
    this.#host = host;
    this.#controls = new Controls(controlsMax(host.limits));
    this.#eagerBudget = host.limits.eagerBudget;
  }

  /** True where something is still to be written or to be answered. */
  get busy(): boolean {
    return this.hasBacklog || this.#requested.unanswered > 0;
  }

  /**
   * True where something moves without anybody's doing: of what a process sends to itself, all that a receive has
   * matched. To wait for the rest would be to wait for ever.
   */
  get movesByItself(): boolean {
    const open = this.#requested.size < this.#host.limits.requestsMax;
    return this.#controls.size > 0 || this.#transfers.size > 0 || (open && this.#queue.size > 0);
  }

  /** True where something waits for room in the channel. */
  get hasBacklog(): boolean {
    return this.#controls.size > 0 || this.#queue.size > 0 || this.#transfers.size > 0;
  }

  /** How many messages wait here for room, or for the peer's answer. */
  get waiting(): number {
    return this.#queue.size + this.#requested.size;
  }

  /** Sends a short message at once; false where it has to go the long way, through an operation. */
  sendNow(
    contextHigh: number,
    contextLow: number,
    source: number,
    tag: number,
    elementType: number,
    data: Uint8Array,
    size: number,
  ): boolean {
    const cost = size + MESSAGE_OVERHEAD;
    // Whoever has a backlog is listed; without a channel nothing is short.
    if (this.listed || size > this.#shortBytesMax || this.#eagerInFlight + cost > this.#eagerBudget)
      return false;
    const kind = FrameKind.EAGER;
    const channel = this.#channel!;
    if (
      !channel.pushMessage(kind, elementType, source, contextHigh, contextLow, tag, size, 0, data, 0, size)
    ) {
      return false;
    }
    this.#eagerInFlight += cost;
    return true;
  }

  send(operation: SendOperation): void {
    if (this.#closed !== null) {
      operation.fail(this.#closed(operation));
      return;
    }
    try {
      this.#open();
    } catch (error) {
      operation.fail(error);
      return;
    }
    this.#queue.push(operation);
    this.pump();
  }

  control(kind: ControlKind, id: number, value: number): void {
    if (this.#closed !== null) return;
    let channel: Channel;
    try {
      channel = this.#open();
    } catch (error) {
      this.#host.cannotAnswer(this.peer, error instanceof Error ? error.message : String(error));
      return;
    }
    if (this.#controls.size === 0 && channel.pushControl(kind, id, value)) return;
    if (this.#controls.add(kind, id, value)) this.#host.waitsForRoom(this);
    else this.#host.cannotAnswer(this.peer, 'it asks and asks, and does not listen');
  }

  /** The peer has answered a request: its data goes to `landing`, or nowhere (0: the request was withdrawn there). */
  cleared(request: number, landing: number): boolean {
    const operation = this.#requested.get(request);
    if (operation === undefined) {
      if (!this.#requested.forget(request)) return false;
      if (landing !== 0) this.control(FrameKind.WITHDRAWN, landing, 0);
      return true;
    }
    // What the peer says that it has copied already is what it misses, if that is not true.
    const copied = operation.loan?.copied ?? 0;
    operation.offset = Math.min(Math.max(copied, 0), operation.data.length);
    this.#requested.delete(operation);
    operation.phase = SendPhase.TRANSFERRING;
    operation.landing = landing;
    this.#transfers.add(operation);
    this.pump();
    return true;
  }

  /** The peer has copied the data of a request by itself. */
  fetched(request: number): boolean {
    const operation = this.#requested.get(request);
    if (operation === undefined || operation.loan === null) return false;
    this.#requested.delete(operation);
    operation.complete();
    return true;
  }

  /** Copies in the place of the peer what it is just copying of this; true where there was anything. */
  help(): boolean {
    return this.#requested.help();
  }

  get lends(): boolean {
    return this.#requested.lends;
  }

  credit(bytes: number): boolean {
    if (!(bytes > 0 && bytes <= this.#eagerInFlight)) return false;
    this.#eagerInFlight -= bytes;
    if (this.hasBacklog) this.pump();
    return true;
  }

  /** Takes back a send that the peer has not matched. */
  withdraw(operation: SendOperation): boolean {
    if (operation.phase === SendPhase.QUEUED) return this.#queue.remove(operation);
    if (operation.phase !== SendPhase.REQUESTED) return false;
    if (!this.#requested.withdraw(operation)) return false;
    this.control(FrameKind.WITHDRAW, operation.request, 0);
    return true;
  }

  /** Ends what is meant for one context: taken back where it has not matched, else without anybody who waits for it. */
  withdrawContext(high: number, low: number, reason: unknown): void {
    for (const operation of this.#all()) {
      if (operation.contextHigh !== high || operation.contextLow !== low) continue;
      if (!operation.withdraw(reason)) operation.abandon(reason);
    }
  }

  describe(operation: SendOperation): WaitDescription {
    const { contextHigh, contextLow } = operation;
    return operation.descriptionFor(this.peer, this.#host.knownContext(contextHigh, contextLow));
  }

  /** One of the sends that are under way. */
  get first(): SendOperation | undefined {
    const [requested] = this.#requested.all;
    return this.#queue.first ?? requested ?? this.#transfers.all[0];
  }

  /** The sends of one context that are under way. */
  sending(high: number, low: number): SendOperation[] {
    return this.#all().filter((send) => !send.done && send.contextHigh === high && send.contextLow === low);
  }

  #all(): SendOperation[] {
    return [...this.#queue, ...this.#requested.all, ...this.#transfers.all];
  }

  /** Writes what the channel takes; true where anything was written. */
  pump(): boolean {
    if (this.#closed !== null) return false;
    const channel = this.#open();
    let wrote = this.#controls.write(channel);
    if (this.#controls.size > 0) return this.#waits(wrote);
    for (let operation = this.#queue.first; operation !== undefined; operation = this.#queue.first) {
      const before = operation.offset;
      if (!this.#start(channel, operation)) {
        wrote ||= operation.offset !== before;
        if (operation.phase === SendPhase.STREAMING) return this.#waits(wrote);
        break;
      }
      this.#queue.shift();
      wrote = true;
    }
    wrote = this.#transfers.write(channel) || wrote;
    return this.hasBacklog ? this.#waits(wrote) : wrote;
  }

  /** The peer is gone: whatever is here fails. */
  close(errorOf: (operation: SendOperation) => MPIError): void {
    this.#closed = errorOf;
    const operations = [...this.#queue.takeAll(), ...this.#transfers.takeAll(), ...this.#requested.takeAll()];
    this.#controls.clear();
    this.#channel?.close();
    this.#channel = null;
    this.#shortBytesMax = -1;
    for (const operation of operations) operation.fail(errorOf(operation));
  }

  #open(): Channel {
    if (this.#channel !== null) return this.#channel;
    const channel = this.#host.openChannel(this.peer);
    this.#channel = channel;
    this.#shortBytesMax = Math.min(channel.fragmentBytes, this.#host.limits.eagerBytesMax);
    return channel;
  }

  #waits(wrote: boolean): boolean {
    this.#host.waitsForRoom(this);
    return wrote;
  }

  /** Writes the envelope of a send, with its data where that may go eagerly. True where the send leaves the queue. */
  #start(channel: Channel, operation: SendOperation): boolean {
    if (operation.phase === SendPhase.STREAMING) return this.#stream(channel, operation);
    const { limits } = this.#host;
    const { data } = operation;
    const { length } = data;
    const cost = length + MESSAGE_OVERHEAD;
    const affordable = length <= limits.eagerBytesMax && this.#eagerInFlight + cost <= limits.eagerBudget;
    if (affordable && !operation.synchronous) {
      const whole = length <= channel.fragmentBytes;
      const first = whole ? length : channel.fragmentBytes;
      const kind = whole ? FrameKind.EAGER : FrameKind.EAGER_FIRST;
      if (!operation.push(channel, kind, 0, 0, first)) return false;
      this.#eagerInFlight += cost;
      operation.offset = first;
      operation.phase = SendPhase.STREAMING;
      return this.#stream(channel, operation);
    }
    if (this.#requested.unanswered >= limits.requestsMax) return false;
    const request = this.#requested.next();
    const loan = length >= limits.lentBytesMin ? (channel.lend?.(request, data) ?? null) : null;
    if (!operation.push(channel, FrameKind.REQUEST, request, loan?.number ?? 0, 0)) {
      loan?.end();
      return false;
    }
    operation.phase = SendPhase.REQUESTED;
    this.#requested.add(request, operation, loan);
    if (loan !== null) this.#host.lends(this);
    return true;
  }

  /** Writes the parts of an eager message after its first; true where it is complete. */
  #stream(channel: Channel, operation: SendOperation): boolean {
    const { data } = operation;
    while (operation.offset < data.length) {
      const size = Math.min(channel.fragmentBytes, data.length - operation.offset);
      if (!channel.pushPart(FrameKind.EAGER_MORE, 0, data, operation.offset, size)) return false;
      operation.offset += size;
    }
    operation.complete();
    return true;
  }
}
