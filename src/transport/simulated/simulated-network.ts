/**
 * A whole world in one process, from a seed: any number of processes whose frames take random times, links that are
 * full or refuse for no reason, processes that are lost at a random moment. The same seed gives the same world.
 *
 * The network has a clock of its own. It moves a little whenever somebody polls; and where nobody has polled or
 * pushed anything for a whole turn of the event loop, so that all wait, it jumps to what is planned next:
 *
 *     turn    A polls, pushes │ B polls │ tick: busy, go on │ … │ tick: quiet, jump: a frame arrives at A, A is woken
 *
 * Turns of the event loop thus only say that time may go on, never how far, and the schedule depends on nothing but
 * the seed, as long as the processes wait for each other alone and not for timers or files.
 */
import type { ProcessId } from '../../model/process-id.ts';
import type { Clock } from '../../system/clock.ts';
import type { Frame } from '../../wire/frame.ts';
import type { PeerEnd, Transport } from '../transport.ts';
import { EventQueue } from './event-queue.ts';
import { SeededRandom } from './seeded-random.ts';
import { type LinkHost, SimulatedLink } from './simulated-link.ts';
import type { SimulatedLoans } from './simulated-loans.ts';
import {
  type Lending,
  refuseToBlock,
  SimulatedTransport,
  type TransportHost,
} from './simulated-transport.ts';

/** What is not given is chosen by the seed. */
export interface SimulatedNetworkOptions {
  readonly seed: number;
  /** The most data in one frame. */
  readonly fragmentBytes?: number;
  /** Frames that a link holds until its reader has taken them. */
  readonly linkFrames?: number;
  /** The longest usual delay of a frame; one in many takes ten times as long. */
  readonly delayMsMax?: number;
  /** How often a link refuses although it has room: a probability. */
  readonly refusals?: number;
  /** How probably each process has no part in reading each other's memory. */
  readonly withoutLoans?: number;
  /** How often reading a process' memory fails that could be read before: never, where it is not given. */
  readonly failedReads?: number;
}

/** What a poll costs on the network's clock. */
const POLL_MS = 0.001;
const ARRIVALS_AT_ONCE_MAX = 32;
const SLOW_FRAMES = 0.02;

export class SimulatedNetwork implements LinkHost, TransportHost {
  readonly fragmentBytes: number;
  readonly linkFrames: number;
  readonly linkBytes: number;
  readonly clock: Clock = { now: () => this.#now };
  readonly #random: SeededRandom;
  readonly #delayMsMax: number;
  readonly #refusals: number;
  readonly #withoutLoans: number;
  readonly #failedReads: number;
  readonly #events = new EventQueue();
  readonly #transports = new Map<ProcessId, SimulatedTransport>();
  readonly #links = new Map<string, SimulatedLink>();
  /** Common memory that can be found. */
  readonly blocks: Map<string, ArrayBuffer> = new Map();
  readonly lenders: SimulatedLoans[] = [];
  readonly #ends = new Map<ProcessId, PeerEnd>();
  #now = 0;
  #busy = false;
  #ticking = false;
  #quietTurns = 0;
  #closed = false;
  #whenQuiet: (() => void) | null = null;

  constructor(options: SimulatedNetworkOptions) {
    const random = new SeededRandom(options.seed);
    this.fragmentBytes = options.fragmentBytes ?? 2 ** random.between(6, 12);
    this.linkFrames = options.linkFrames ?? random.between(2, 64);
    this.linkBytes = this.fragmentBytes * this.linkFrames;
    this.#delayMsMax = options.delayMsMax ?? random.pick([0.01, 1, 1, 20]);
    this.#refusals = options.refusals ?? random.pick([0, 0.01, 0.2]);
    this.#withoutLoans = options.withoutLoans ?? random.pick([0, 0, 0.1]);
    this.#failedReads = options.failedReads ?? 0;
    this.#random = random.fork();
  }

  /** The transport of a process, which exists from now on; the same one each time. */
  transportFor(id: ProcessId): Transport {
    let transport = this.#transports.get(id);
    if (transport === undefined) {
      transport = new SimulatedTransport(id, this, this.#lending());
      this.#transports.set(id, transport);
      for (const [dead, end] of this.#ends) this.#tellEnd(dead, transport, end);
    }
    return transport;
  }

  /** A process is lost now. Part of what it had sent still arrives, then the others learn that it `description`. */
  kill(id: ProcessId, description: string): void {
    for (const link of this.#links.values()) {
      if (link.from === id) link.flying.length = this.#random.between(0, link.flying.length);
    }
    this.#end(id, { orderly: false, description });
  }

  /** A process leaves in good order: everything that it had sent arrives first. */
  leave(id: ProcessId, description: string = 'ended with exit code 0'): void {
    this.#end(id, { orderly: true, description });
  }

  /** Lets something happen at a later time of the network's clock. */
  after(delayMs: number, happen: () => void): void {
    this.#events.plan(this.#now + delayMs, happen);
    this.#keepTicking();
  }

  /** How much is planned. */
  get pending(): number {
    return this.#events.size;
  }

  /** Calls once when nothing is planned, and nobody does anything any more: whoever waits now waits for ever. */
  whenQuiet(quiet: () => void): void {
    this.#whenQuiet = quiet;
    this.#keepTicking();
  }

  /** What a blocked thread gets that offers the processor: nobody else could run on it. */
  yieldProcessor(): never {
    return refuseToBlock();
  }

  /** Nothing happens any more. */
  close(): void {
    this.#closed = true;
    this.#whenQuiet = null;
    for (const transport of this.#transports.values()) transport.fallSilent();
  }

  // ── LinkHost

  refuses(): boolean {
    this.#busy = true;
    return this.#refusals > 0 && this.#random.chance(this.#refusals);
  }

  sent(link: SimulatedLink): void {
    const slow = this.#random.chance(SLOW_FRAMES) ? 10 : 1;
    link.lastArrival = Math.max(link.lastArrival, this.#now + this.#delay() * slow);
    const [frame] = link.flying.slice(-1);
    this.#plan(link.lastArrival, () => {
      if (link.flying[0] !== frame) return;
      link.flying.shift();
      this.#transports.get(link.to)?.arrived(link, frame!);
    });
  }

  refused(link: SimulatedLink, full: boolean): void {
    if (full) link.waitsForReader = true;
    else this.#tellRoom(link);
  }

  // ── TransportHost

  knows(id: ProcessId): boolean {
    return this.#transports.has(id);
  }

  link(from: ProcessId, to: ProcessId): SimulatedLink {
    const name = `${from} ${to}`;
    let link = this.#links.get(name);
    if (link === undefined) {
      link = new SimulatedLink(from, to, this);
      this.#links.set(name, link);
    }
    return link;
  }

  polled(): number {
    this.#busy = true;
    this.#now += POLL_MS;
    while (this.#events.nextAt <= this.#now) this.#events.take()?.happen();
    return this.#random.between(1, ARRIVALS_AT_ONCE_MAX);
  }

  taken(link: SimulatedLink, frame: Frame): void {
    if (link.taken(frame)) this.#tellRoom(link);
  }

  wakeSoon(id: ProcessId): void {
    this.#plan(this.#now + this.#delay(), () => this.#transports.get(id)?.wake());
  }

  hasEnded(id: ProcessId): boolean {
    return this.#ends.has(id);
  }

  copies(): boolean {
    return this.#failedReads === 0 || !this.#random.chance(this.#failedReads);
  }

  #lending(): Lending {
    if (!this.#random.chance(this.#withoutLoans)) return 'both';
    return this.#random.pick<Lending>(['none', 'unreadable']);
  }

  // ── ends

  #end(id: ProcessId, end: PeerEnd): void {
    if (this.#ends.has(id)) return;
    this.#ends.set(id, end);
    this.#transports.get(id)?.fallSilent();
    for (const link of this.#links.values()) if (link.from === id) link.silent = true;
    for (const transport of this.#transports.values())
      if (transport.id !== id) this.#tellEnd(id, transport, end);
  }

  /** After everything of it that still arrives there. */
  #tellEnd(id: ProcessId, transport: SimulatedTransport, end: PeerEnd): void {
    const at = Math.max(
      this.#now + this.#delay(),
      this.#links.get(`${id} ${transport.id}`)?.lastArrival ?? 0,
    );
    this.#plan(at, () => transport.ended(id, end));
  }

  // ── time

  #delay(): number {
    // Most are short, some long.
    return this.#random.fraction() ** 3 * this.#delayMsMax;
  }

  #tellRoom(link: SimulatedLink): void {
    this.wakeSoon(link.from);
  }

  #plan(at: number, happen: () => void): void {
    this.#events.plan(at, happen);
    this.#keepTicking();
  }

  #keepTicking(): void {
    if (this.#ticking) return;
    this.#ticking = true;
    setImmediate(() => this.#tick());
  }

  #tick(): void {
    this.#ticking = false;
    if (this.#closed) return;
    if (this.#busy) {
      this.#busy = false;
      this.#quietTurns = 0;
    } else if (this.#events.size > 0) {
      this.#quietTurns = 0;
      this.#jump();
    } else if (++this.#quietTurns > QUIET_TURNS) {
      const quiet = this.#whenQuiet;
      this.#whenQuiet = null;
      quiet?.();
      return;
    }
    if (this.#events.size > 0 || this.#whenQuiet !== null) this.#keepTicking();
  }

  /** To the next event; sometimes several happen before anybody looks. */
  #jump(): void {
    let count = this.#random.chance(0.5) ? 1 : this.#random.between(1, 8);
    while (count-- > 0 && this.#events.size > 0) {
      const event = this.#events.take()!;
      this.#now = Math.max(this.#now, event.at);
      event.happen();
    }
  }
}

/** Turns of the event loop without a sign of anybody until nobody is taken to be doing anything. */
const QUIET_TURNS = 3;
