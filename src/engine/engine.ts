/**
 * The engine: between the operations of a program and the transports. It knows every peer and every context, lets
 * receives meet messages, and makes progress. One is made at initialisation and handed on.
 */
import { type MPIError } from '../errors/mpi-error.ts';
import { ANY_SOURCE } from '../model/constants.ts';
import type { ProcessId } from '../model/process-id.ts';
import type { Clock } from '../system/clock.ts';
import type { ArrivedMessage } from './arrived-message.ts';
import type { Channel, PeerEnd, Transport } from '../transport/transport.ts';
import { DirectReceive } from './direct-receive.ts';
import { Driver, type ProgressSource } from './driver.ts';
import {
  breakContext,
  discardLeftovers,
  peerGone,
  reportFailures,
  spreadFailure,
  spreadFailureOfOthers,
  takenBack,
} from './failures.ts';
import type { InboxHost } from './inbox.ts';
import { DEFAULT_LIMITS, type EngineLimits } from './limits.ts';
import { BufferedSends } from './buffered-sends.ts';
import { Contexts } from './contexts.ts';
import type { CollectiveCircle, MatchContext } from './match-context.ts';
import type { ContextId } from '../model/context-id.ts';
import type { WaitPage } from '../pmi/wait-page.ts';
import { Operation } from './operation.ts';
import type { Outbox, OutboxHost } from './outbox.ts';
import { Peer } from './peer.ts';
import { Peers } from './peers.ts';
import type { ProbeOperation } from './probe-operation.ts';
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
  readonly yieldProcessor: () => void;
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
  #yieldProcessor: () => void;
  readonly #contexts = new Contexts();
  readonly #peers: Peers;
  #backlog: Outbox[] = [];
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
    this.#yieldProcessor = options.yieldProcessor;
    this.driver = new Driver(this, options.policy, options.clock);
    this.direct = new DirectReceive(this.driver, options.codec, (receive) => this.post(receive));
    this.buffered = new BufferedSends(this.limits.bufferedBytesMax);
    this.#transports.start((from) => this.peer(from).inbox);
  }

  /** A process that was alone meets others from now on. */
  addTransport(transport: Transport, yieldProcessor: () => void): void {
    this.driver.attend();
    this.#transports.add(transport);
    this.#yieldProcessor = yieldProcessor;
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

  /** Opens a context for a communicator: from now on it is known whose messages belong here. */
  openContext(
    high: number,
    low: number,
    sources: readonly Peer[],
    label: () => string,
    collective: CollectiveCircle | null,
  ): MatchContext {
    const context = this.#contexts.open(high, low);
    for (const id of context.dropForged(sources))
      this.peer(id).inbox.malformed('an envelope that cannot be true');
    context.sources = sources;
    context.label = label;
    context.collective = collective;
    for (const [rank, peer] of sources.entries()) {
      if (peer.end !== null && !peer.end.orderly) spreadFailure(context, rank, peer.end, this.#peers.all());
    }
    for (const peer of collective?.others ?? []) {
      if (peer.end !== null) spreadFailureOfOthers(context, peer, peer.end, this.#peers.all());
    }
    return context;
  }

  /** Gives the contexts of a communicator back; `reason` is why nothing works there any more. */
  releaseContexts(id: ContextId, forGood: boolean, reason: MPIError): void {
    const gone = this.#contexts.release(id, forGood);
    for (const context of gone) {
      if (context.posted.size > 0 || context.probes.length > 0)
        breakContext(context, reason, this.#peers.all());
      context.broken ??= reason;
      discardLeftovers(context);
    }
    this.#peers.released(gone);
  }

  /** How many contexts there are. */
  get contextCount(): number {
    return this.#contexts.size;
  }

  /** Whether this process and that one share memory. */
  sharesMemoryWith(id: ProcessId): boolean {
    return this.#transports.sharesMemoryWith(id);
  }

  /** The operations that are under way in a context. */
  underWay(context: MatchContext): Operation<unknown>[] {
    const found: Operation<unknown>[] = [];
    const add = (waiting: unknown): void => void (waiting instanceof Operation && found.push(waiting));
    context.posted.forEach(add);
    context.probes.forEach(add);
    for (const peer of this.#peers.all()) {
      found.push(...peer.inbox.receiving(context.high, context.low));
      found.push(...peer.outbox.sending(context.high, context.low));
    }
    return found;
  }

  // ── receives and probes

  post(receive: ReceiveOperation): void {
    const { context, source, tag } = receive;
    const message = context.unexpected.find(source, tag);
    if (message !== null) {
      const refusal = receive.refusal(message.elementType, message.source, message.tag);
      if (refusal !== null) {
        receive.fail(refusal);
        return;
      }
      // Its sender may yet take it back, and then the receive waits where it would have waited.
      if (message.dependsOnSender) context.posted.takeOrder(receive);
      context.unexpected.remove(message);
      this.#receive(receive, message);
      return;
    }
    const failure = this.#failureFor(context, source);
    if (failure === null) context.posted.add(receive);
    else receive.fail(failure);
  }

  probe(probe: ProbeOperation): void {
    const { context, source, tag } = probe;
    const message = context.unexpected.find(source, tag);
    if (message !== null) {
      probe.found(message);
      return;
    }
    const failure = this.#failureFor(context, source);
    if (failure === null) context.probes.push(probe);
    else probe.fail(failure);
  }

  /** A receive takes the message that a matched probe has reserved for it. */
  receiveMatched(receive: ReceiveOperation, message: ArrivedMessage): void {
    receive.reserved = true;
    this.#receive(receive, message);
  }

  #receive(receive: ReceiveOperation, message: ArrivedMessage): void {
    const { peer } = message;
    if (peer.end !== null && message.dependsOnSender) {
      receive.fail(peerGone(receive.context, message.source, peer.end));
      return;
    }
    if (message.withdrawn) {
      receive.fail(takenBack(receive.context, message.source, message.tag));
      return;
    }
    // Where it is still coming, its inbox does that in the end.
    if (message.eager && !message.dependsOnSender) peer.settle(message.length);
    receive.matchArrived(message);
  }

  /** Makes progress, then looks for a message; it stays. Throws where none can come any more. */
  look(context: MatchContext, source: number, tag: number): ArrivedMessage | null {
    this.driver.progress();
    const message = context.unexpected.find(source, tag);
    if (message !== null) return message;
    const failure = this.#failureFor(context, source);
    if (failure !== null) throw failure;
    return null;
  }

  /** Why nothing can come from `source` any more, or null. Tells of failures that nobody was told of yet. */
  #failureFor(context: MatchContext, source: number): MPIError | null {
    if (context.broken !== null) return context.broken;
    if (source === ANY_SOURCE)
      return context.unreportedFailures.length === 0 ? null : reportFailures(context);
    const end = context.sources?.[source]?.end ?? null;
    return end === null ? null : peerGone(context, source, end);
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
   * Starts a protocol of several steps; its status is that of `reporter`, where there is one. `tally` hears of its
   * beginning and its end; `verb` is what the program has called.
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
    return new Task(this.driver, steps, count, reporter, verb);
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

  // ── ProgressSource

  poll(): boolean {
    let moved = this.#transports.poll();
    if (this.#backlog.length > 0 && this.#pumpBacklog()) moved = true;
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
    for (const { posted, probes } of this.#contexts.all())
      if (posted.size > 0 || probes.length > 0) return true;
    for (const { inbox } of this.#peers.all()) if (inbox.expecting) return true;
    return false;
  }

  readonly delivery: Waiting = { describe: () => this.#describeDelivery() };

  #describeDelivery(): WaitDescription {
    const outboxes = [...this.#peers.all()].map(({ outbox }) => outbox);
    const sending = outboxes.find(({ busy }) => busy)?.first ?? null;
    return describeWait(sending, null);
  }

  yieldProcessor(): void {
    this.#yieldProcessor();
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
    for (const context of this.#contexts.all()) breakContext(context, reason, this.#peers.all());
    this.driver.close();
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
