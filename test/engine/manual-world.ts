/**
 * Ranks whose frames move only when the test says so, one by one if it likes: for looking at a protocol in the middle.
 *
 *     const world = new ManualWorld(2);
 *     void world.comms[0].send('x', 1);       // a frame lies on the wire
 *     world.move(0, 1);                       // it has arrived
 *     world.step(1);                          // rank 1 has looked
 */
import assert from 'node:assert/strict';
import { Attributes } from '#api/attributes.js';
import { ERRORS_RETURN } from '#api/error-handling/error-handler.js';
import { Intracommunicator } from '#api/intracommunicator.js';
import type { ProcessContext } from '#api/process-context.js';
import { CommunicatorCore } from '#communicators/communicator-core.js';
import { Engine } from '#engine/engine.js';
import { DEFAULT_LIMITS, type EngineLimits } from '#engine/limits.js';
import type { WaitingPolicy } from '#engine/waiting-policy.js';
import { ErrorCodes } from '#errors/error-codes.js';
import { ContextIds } from '#model/context-id.js';
import { processId, type ProcessId } from '#model/process-id.js';
import type { Clock } from '#system/clock.js';
import type { Channel, Inbound, PeerEnd, Reception, Transport } from '#transport/transport.js';
import { Frame, FrameKind } from '#wire/frame.js';
import { ValueCodec } from '#wire/value-codec.js';

export const JOB = '00112233445566778899aabbccddeeff';

export interface ManualWorldOptions {
  readonly limits?: Partial<EngineLimits>;
  readonly fragmentBytes?: number;
  readonly policy?: WaitingPolicy;
  readonly clock?: Clock;
  /** What a blocked thread does that has nothing to do. */
  readonly idle?: (timeoutMs: number) => void;
  readonly yieldProcessor?: () => void;
}

const NO_WAITING: WaitingPolicy = {
  spins: 0,
  yields: 0,
  patience: Infinity,
  awaitSpins: 0,
  awaitYields: 0,
  awaitTurns: 0,
};

const processContext: ProcessContext = {
  initialErrhandler: ERRORS_RETURN,
  errorCodes: new ErrorCodes(),
  checksCollectives: false,
  leaving: false,
  surroundings: () => assert.fail('there is no host'),
  inheritance: () => assert.fail('nothing is spawned here'),
  newAttributes: () => new Attributes(new Map()),
  abort(code) {
    throw new Error(`abort(${code})`);
  },
  abortConnected(code) {
    throw new Error(`abort(${code}) of all`);
  },
  report(text) {
    throw new Error(`a report: ${text}`);
  },
};

/** What has arrived at a rank: a frame of a peer's, or its end. */
type Arrival = { from: ProcessId; frame: Frame } | { from: ProcessId; end: PeerEnd };

/** One rank's way to another. */
class ManualChannel implements Channel {
  readonly fragmentBytes: number;
  readonly onTheWire: Frame[] = [];
  /** How many frames have room on the wire. */
  room: number = Infinity;
  closed = false;

  constructor(fragmentBytes: number) {
    this.fragmentBytes = fragmentBytes;
  }

  pushMessage(
    kind: number,
    elementType: number,
    source: number,
    contextHigh: number,
    contextLow: number,
    tag: number,
    length: number,
    id: number,
    data: Uint8Array,
    start: number,
    size: number,
  ): boolean {
    const fields = { kind, elementType, source, contextHigh, contextLow, tag, length, id };
    return this.#push(fields, data, start, size);
  }

  pushPart(kind: number, id: number, data: Uint8Array, start: number, size: number): boolean {
    return this.#push({ kind, id }, data, start, size);
  }

  pushControl(kind: number, id: number, value: number): boolean {
    return this.#push({ kind, id, value }, new Uint8Array(0), 0, 0);
  }

  close(): void {
    this.closed = true;
  }

  #push(fields: Partial<Frame>, data: Uint8Array, start: number, size: number): boolean {
    if (this.closed || this.onTheWire.length >= this.room) return false;
    this.onTheWire.push(
      frameOf({ ...fields, data: Uint8Array.from(data.subarray(start, start + size)), size }),
    );
    return true;
  }
}

export function frameOf(fields: Partial<Frame>): Frame {
  return Object.assign(new Frame(), fields);
}

class ManualTransport implements Transport {
  readonly name = 'manual';
  readonly wakesBlockedThread: boolean;
  readonly channels = new Map<ProcessId, ManualChannel>();
  readonly arrivals: Arrival[] = [];
  readonly calls: string[] = [];
  readonly #fragmentBytes: number;
  readonly #idle: ((timeoutMs: number) => void) | undefined;
  readonly #inbounds = new Map<ProcessId, Inbound>();
  #reception: Reception | null = null;
  #wake: (() => void) | null = null;
  /** Thrown at whoever opens a channel. */
  openFails: Error | null = null;

  constructor(fragmentBytes: number, idle: ((timeoutMs: number) => void) | undefined) {
    this.#fragmentBytes = fragmentBytes;
    this.#idle = idle;
    this.wakesBlockedThread = idle !== undefined;
  }

  get armed(): boolean {
    return this.#wake !== null;
  }

  reaches(): boolean {
    return true;
  }

  watch(): void {
    // A test tells of ends when it wants to.
  }

  start(reception: Reception): void {
    this.#reception = reception;
  }

  open(peer: ProcessId): ManualChannel {
    if (this.openFails !== null) throw this.openFails;
    const channel = new ManualChannel(this.#fragmentBytes);
    this.channels.set(peer, channel);
    return channel;
  }

  poll(): boolean {
    const arrivals = this.arrivals.splice(0);
    for (const arrival of arrivals) {
      let inbound = this.#inbounds.get(arrival.from);
      if (inbound === undefined) {
        inbound = this.#reception!(arrival.from);
        this.#inbounds.set(arrival.from, inbound);
      }
      if ('frame' in arrival) inbound.frame(arrival.frame);
      else inbound.ended(arrival.end);
    }
    return arrivals.length > 0;
  }

  sleep(timeoutMs: number): void {
    this.#idle?.(timeoutMs);
  }

  arm(wake: () => void): void {
    this.calls.push('arm');
    this.#wake = wake;
    if (this.arrivals.length > 0) this.wake();
  }

  disarm(): void {
    if (this.#wake !== null) this.calls.push('disarm');
    this.#wake = null;
  }

  holdProcess(hold: boolean): void {
    this.calls.push(hold ? 'hold' : 'let go');
  }

  close(): void {
    this.calls.push('close');
  }

  wake(): void {
    const wake = this.#wake;
    if (wake === null) return;
    setImmediate(() => {
      if (this.#wake !== wake) return;
      this.#wake = null;
      wake();
    });
  }
}

export class ManualWorld {
  readonly ids: readonly ProcessId[];
  readonly transports: readonly ManualTransport[];
  readonly engines: readonly Engine[];
  readonly comms: readonly Intracommunicator[];
  readonly limits: EngineLimits;

  constructor(size: number, options: ManualWorldOptions = {}) {
    const { fragmentBytes = 1024, policy = NO_WAITING, clock = { now: () => 0 } } = options;
    this.limits = { ...DEFAULT_LIMITS, ...options.limits };
    this.ids = Array.from({ length: size }, (_, rank) => processId(JOB, rank));
    this.transports = this.ids.map(() => new ManualTransport(fragmentBytes, options.idle));
    this.engines = this.ids.map(
      (self, rank) =>
        new Engine({
          self,
          transports: [this.transports[rank]!],
          policy,
          clock,
          codec: new ValueCodec(),
          processor: {
            yieldProcessor: options.yieldProcessor ?? ((): void => undefined),
            leaveProcessor: (): void => undefined,
            callSystem: (): void => undefined,
          },
          limits: this.limits,
        }),
    );
    this.comms = this.engines.map((_, rank) => this.communicator(rank, 0, 'world'));
  }

  /** One more communicator of everybody, as rank `rank` sees it; the same `member` is the same communicator. */
  communicator(rank: number, member: number, name: string): Intracommunicator {
    let next = rank;
    const maker = { engine: this.engines[rank]!, contextIds: new ContextIds(() => next++) };
    const core = new CommunicatorCore(maker, ContextIds.ofJob(JOB, member), this.ids, null, name);
    return new Intracommunicator(processContext, core, processContext.newAttributes());
  }

  channel(from: number, to: number): ManualChannel {
    const known = this.transports[from]!.channels.get(this.ids[to]!);
    if (known === undefined) throw new Error(`rank ${from} has not written to rank ${to} yet`);
    return known;
  }

  /** The kinds of the frames on the wire between two ranks. */
  wire(from: number, to: number): string[] {
    const names = Object.entries(FrameKind);
    return (this.transports[from]!.channels.get(this.ids[to]!)?.onTheWire ?? []).map(
      ({ kind }) => names.find(([, value]) => value === kind)?.[0] ?? String(kind),
    );
  }

  /** Lets frames arrive, the oldest first. */
  move(from: number, to: number, count: number = Infinity): void {
    const frames = this.channel(from, to).onTheWire.splice(0, Math.min(count, 1e9));
    for (const frame of frames) this.inject(from, to, frame);
  }

  /** A frame arrives that no engine has written. */
  inject(from: number, to: number, fields: Partial<Frame>): void {
    const transport = this.transports[to]!;
    transport.arrivals.push({ from: this.ids[from]!, frame: frameOf(fields) });
    transport.wake();
  }

  /** A rank's end becomes known to another. */
  end(rank: number, to: number, orderly: boolean, description: string = 'was ended by signal 9'): void {
    const transport = this.transports[to]!;
    transport.arrivals.push({ from: this.ids[rank]!, end: { orderly, description } });
    transport.wake();
  }

  /** The rank looks once. */
  step(rank: number): boolean {
    return this.engines[rank]!.driver.progress();
  }

  /** Lets everything happen that can. */
  settle(): void {
    for (let quiet = 0; quiet < 3; quiet++) {
      for (const from of this.ids.keys()) {
        for (const to of this.ids.keys()) {
          const channel = this.transports[from]!.channels.get(this.ids[to]!);
          if (channel === undefined || channel.onTheWire.length === 0) continue;
          this.move(from, to);
          quiet = 0;
        }
      }
      for (const rank of this.ids.keys()) if (this.step(rank)) quiet = 0;
    }
  }
}

/** Lets promises settle and the engines have their turns. */
export async function turns(count: number = 3): Promise<void> {
  for (let turn = 0; turn < count; turn++) await new Promise((resolve) => void setImmediate(resolve));
}

/** Whether a promise has settled by now. */
export async function isSettled(promise: PromiseLike<unknown>): Promise<boolean> {
  let settled = false;
  void promise.then(
    () => (settled = true),
    () => (settled = true),
  );
  await turns(2);
  return settled;
}
