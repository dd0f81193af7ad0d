/**
 * The engine: between the operations of a program and the transports. It knows every peer and every context, lets
 * receives meet messages, and makes progress. One is made at initialisation and handed on.
 */
import { type MPIError } from '../errors/mpi-error.ts';
import type { ProcessId } from '../model/process-id.ts';
import type { Clock } from '../system/clock.ts';
import type { CommonBlocks } from '../transport/common-block.ts';
import type { Channel, PeerEnd, Transport } from '../transport/transport.ts';
import { DirectReceive } from './direct-receive.ts';
import { Driver, type ProgressSource } from './driver.ts';
import { peerGone, spreadFailure, spreadFailureOfOthers } from './failures.ts';
import type { Inbox, InboxHost } from './inbox.ts';
import { DEFAULT_LIMITS, type EngineLimits } from './limits.ts';
import { BufferedSends } from './buffered-sends.ts';
import { Copying } from './copying.ts';
import { Contexts } from './contexts.ts';
import type { MatchContext } from './match-context.ts';
import { postReceive } from './meeting.ts';
import { OpenContexts } from './open-contexts.ts';
import type { WaitPage } from '../pmi/wait-page.ts';
import type { Operation } from './operation.ts';
import type { Outbox, OutboxHost } from './outbox.ts';
import { Peer } from './peer.ts';
import { Peers } from './peers.ts';
import type { Processor } from './processor-offers.ts';
import type { ReceiveOperation } from './receive-operation.ts';
import { type Steps, Task } from './task.ts';
import type { ValueCodec } from '../wire/value-codec.ts';
import { Transports } from './transports.ts';
import { describeWait, type WaitDescription, type Waiting, type WaitingVerb } from './wait-description.ts';
import { WaitJournal } from './wait-journal.ts';
import type { WaitingPolicy } from './waiting-policy.ts';

export interface EngineOptions {
  readonly self: ProcessId;
  /** In the order of preference. */
  readonly transports: readonly Transport[];
  readonly policy: WaitingPolicy;
  readonly clock: Clock;
  readonly codec: ValueCodec;
  readonly processor: Processor;
  readonly limits?: Partial<EngineLimits>;
}

export class Engine implements InboxHost, OutboxHost, ProgressSource {
  readonly self: ProcessId;
  readonly limits: EngineLimits;
  readonly driver: Driver;
  readonly clock: Clock;
  readonly codec: ValueCodec;
  /** The short cut of blocked receives. */
  readonly direct: DirectReceive;
  /** Counts what bsend holds. */
  readonly buffered: BufferedSends;
  readonly #transports: Transports;
  readonly #contexts = new Contexts();
  readonly #peers: Peers;
  /** What communicators do with contexts. */
  readonly contexts: OpenContexts;
  #backlog: Outbox[] = [];
  readonly #copying = new Copying();
  #tasks = 0;

  constructor(options: EngineOptions) {
    this.self = options.self;
    this.limits = { ...DEFAULT_LIMITS, ...options.limits };
    this.clock = options.clock;
    this.codec = options.codec;
    this.#transports = new Transports(options.transports);
    this.#peers = new Peers(this.#contexts, (id) => {
      this.#transports.watch(id);
      return new Peer(id, this);
    });
    this.contexts = new OpenContexts(this.#contexts, this.#peers);
    this.driver = new Driver(this, options.policy, options.clock, options.processor);
    this.direct = new DirectReceive(this.driver, options.codec, (receive) => this.post(receive));
    this.buffered = new BufferedSends(this.limits.bufferedBytesMax);
    this.#transports.start((from) => this.peer(from).inbox);
  }

  /** A process that was alone meets others from now on. */
  addTransport(transport: Transport, processor: Processor): void {
    this.driver.attend();
    this.#transports.add(transport);
    this.driver.moveTo(processor);
  }

  /** From now on this process says there what it waits for. */
  tellWaits(page: WaitPage): void {
    this.driver.journal ??= new WaitJournal(page);
  }

  /** The peer of this identity; the same object as long as its process lives, or a context names it. */
  peer(id: ProcessId): Peer {
    return this.#peers.get(id);
  }

  /** How many peers there are. */
  get peerCount(): number {
    return this.#peers.size;
  }

  // ── contexts

  contextOf(high: number, low: number): MatchContext {
    return this.#contexts.of(high, low);
  }

  sharesMemoryWith(id: ProcessId): boolean {
    return this.#transports.sharesMemoryWith(id);
  }

  /** Memory in common with other processes; null where there is none. */
  get common(): CommonBlocks | null {
    return this.#transports.common;
  }

  post(receive: ReceiveOperation): void {
    postReceive(receive);
  }

  peerEnded(peer: Peer, end: PeerEnd): void {
    if (peer.end !== null) return;
    peer.end = end;
    peer.inbox.close((receive) => receive.fail(peerGone(receive.context, receive.matchedSource, end)));
    for (const context of this.#contexts.all()) {
      context.unexpected.forEach((message) => {
        if (message.peer === peer && message.dependsOnSender) context.unexpected.remove(message);
      });
      const rank = context.sources?.indexOf(peer) ?? -1;
      if (rank >= 0) spreadFailure(context, rank, end, this.#peers.all());
      else spreadFailureOfOthers(context, peer, end, this.#peers.all());
    }
    peer.outbox.close(({ contextHigh, contextLow }) => {
      const context = this.contextOf(contextHigh, contextLow);
      const rank = context.sources?.indexOf(peer) ?? -1;
      return peerGone(rank < 0 ? null : context, rank, end);
    });
  }

  peerGone(peer: Peer): void {
    this.#peers.gone(peer);
  }

  // ── tasks

  /**
   * Starts a protocol; its status is that of `reporter`, where there is one. `tally` hears of its beginning and end;
   * `verb` is what the program has called.
   */
  start<T>(
    steps: Steps<T>,
    reporter: Operation<unknown> | null = null,
    tally: ((pending: boolean) => void) | null = null,
    verb: WaitingVerb | null = null,
  ): Task<T> {
    const count = (pending: boolean): void => {
      this.#tasks += pending ? 1 : -1;
      tally?.(pending);
    };
    const task = new Task(this.driver, steps, count, reporter, verb);
    if (!task.done) this.driver.attend();
    return task;
  }

  /** Starts a protocol that this process does not stay for: others may never do their part. */
  startAside(steps: Steps<void>): Task<void> {
    const task = new Task(this.driver, steps, () => undefined);
    if (!task.done) this.driver.attend();
    return task;
  }

  /** Waits until everything that was sent is on its way and every started protocol has ended. */
  flush(): Promise<void> {
    return this.driver.whenIdle();
  }

  /** The same for what was sent, with the thread blocked: protocols that wait for others are left alone. */
  flushSync(): void {
    this.driver.blockUntil(() => !this.#delivering, this.delivery);
  }

  // ── OutboxHost

  openChannel(id: ProcessId): Channel {
    return this.#transports.open(id);
  }

  knownContext(high: number, low: number): MatchContext | undefined {
    return this.#contexts.known(high, low);
  }

  cannotAnswer(id: ProcessId, why: string): void {
    this.peerEnded(this.peer(id), { orderly: false, description: `cannot be answered (${why})` });
  }

  waitsForRoom(outbox: Outbox): void {
    if (!outbox.listed) {
      outbox.listed = true;
      this.#backlog.push(outbox);
    }
    this.driver.attend();
  }

  fetches(inbox: Inbox): void {
    this.#copying.fetches(inbox);
  }

  lends(outbox: Outbox): void {
    this.#copying.lends(outbox);
  }

  // ── ProgressSource

  get working(): boolean {
    return this.#copying.fetching;
  }

  poll(): boolean {
    let moved = this.#transports.poll();
    if (this.#backlog.length > 0 && this.#pumpBacklog()) moved = true;
    if (this.#copying.pending && this.#copying.advance()) moved = true;
    return moved;
  }

  get busy(): boolean {
    return this.#tasks > 0 || this.#delivering;
  }

  get #delivering(): boolean {
    for (const { id, outbox } of this.#peers.all()) {
      if (id === this.self ? outbox.movesByItself : outbox.busy) return true;
    }
    return false;
  }

  get expecting(): boolean {
    for (const { posted, probes, commonWaits } of this.#contexts.all())
      if (posted.size > 0 || probes.length > 0 || commonWaits.size > 0) return true;
    for (const { inbox } of this.#peers.all()) if (inbox.expecting) return true;
    return false;
  }

  readonly delivery: Waiting = { describe: () => this.#describeDelivery() };

  #describeDelivery(): WaitDescription {
    const outboxes = [...this.#peers.all()].map(({ outbox }) => outbox);
    const sending = outboxes.find(({ busy }) => busy)?.first ?? null;
    return describeWait(sending, null);
  }

  sleep(timeoutMs: number): void {
    this.#transports.sleep(timeoutMs);
  }

  arm(wake: () => void): void {
    this.#transports.arm(wake);
  }

  disarm(): void {
    this.#transports.disarm();
  }

  holdProcess(hold: boolean): void {
    this.#transports.holdProcess(hold);
  }

  /** Leaves: whatever is still pending fails with `reason`, and so does whatever is started afterwards. */
  close(reason: MPIError): void {
    this.contexts.leave(reason);
    this.driver.close();
    this.#copying.close();
    this.#transports.close();
  }

  #pumpBacklog(): boolean {
    const waiting = this.#backlog;
    this.#backlog = [];
    let moved = false;
    for (const outbox of waiting) {
      outbox.listed = false;
      if (outbox.hasBacklog && outbox.pump()) moved = true;
    }
    return moved;
  }
}
