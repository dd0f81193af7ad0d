/**
 * The transport of one process of a simulated world. What has arrived waits here for a poll, frames and ends of peers
 * alike, in the order of arrival.
 */
import type { ProcessId } from '../../model/process-id.ts';
import { MPIError } from '../../errors/mpi-error.ts';
import type { Frame } from '../../wire/frame.ts';
import type { Channel, Inbound, PeerEnd, Reception, Transport } from '../transport.ts';
import { type BlockHost, SimulatedBlocks } from './simulated-blocks.ts';
import type { SimulatedLink } from './simulated-link.ts';
import { type LoanHost, SimulatedLoans } from './simulated-loans.ts';

/** What a transport asks of its network. */
export interface TransportHost extends BlockHost, LoanHost {
  knows(id: ProcessId): boolean;
  link(from: ProcessId, to: ProcessId): SimulatedLink;
  /** A process looks for news: time passes. How many arrivals it may take. */
  polled(): number;
  /** A frame was taken off a link. */
  taken(link: SimulatedLink, frame: Frame): void;
}

/** Whether a process and the others read each other's memory: both ways, or it does not, or they cannot read there. */
export type Lending = 'both' | 'none' | 'unreadable';

type Arrival =
  | { readonly link: SimulatedLink; readonly frame: Frame }
  | { readonly from: ProcessId; readonly end: PeerEnd };

/** Throws: whoever blocks the thread blocks the processes that it waits for. */
export function refuseToBlock(): never {
  throw new MPIError(
    'MPI_ERR_UNSUPPORTED_OPERATION',
    'Cannot block the thread in a simulated world: its processes share one thread, and none could end the wait; await the operation',
  );
}

export class SimulatedTransport implements Transport {
  readonly name = 'simulated';
  readonly wakesBlockedThread = false;
  readonly id: ProcessId;
  readonly common: SimulatedBlocks;
  readonly #host: TransportHost;
  readonly #inbounds = new Map<ProcessId, Inbound>();
  /** Who has ended, as it was told. */
  readonly #ended = new Map<ProcessId, PeerEnd>();
  #arrivals: Arrival[] = [];
  #reception: Reception | null = null;
  #wake: (() => void) | null = null;
  #over = false;

  constructor(id: ProcessId, host: TransportHost, lending: Lending) {
    this.id = id;
    this.#host = host;
    const loans = lending === 'none' ? null : new SimulatedLoans(host, id, lending === 'both');
    this.common = new SimulatedBlocks(host, id, loans);
  }

  reaches(peer: ProcessId): boolean {
    return this.#host.knows(peer);
  }

  watch(peer: ProcessId): void {
    // The network tells everybody of every end once; this one was forgotten since.
    const end = this.#ended.get(peer);
    if (end !== undefined) this.ended(peer, end);
  }

  start(reception: Reception): void {
    this.#reception = reception;
  }

  open(peer: ProcessId): Channel {
    return this.#host.link(this.id, peer);
  }

  poll(): boolean {
    if (this.#over) return false;
    const count = this.#host.polled();
    const found = this.common.look();
    if (this.#arrivals.length === 0) return found;
    for (const arrival of this.#arrivals.splice(0, count)) {
      if ('end' in arrival) {
        const { from, end } = arrival;
        this.#inboundOf(from)?.ended(end);
        this.#inbounds.delete(from);
        this.#ended.set(from, end);
      } else {
        this.#host.taken(arrival.link, arrival.frame);
        this.#inboundOf(arrival.link.from)?.frame(arrival.frame);
      }
    }
    return true;
  }

  sleep(): never {
    return refuseToBlock();
  }

  arm(wake: () => void): void {
    // Nothing comes any more, whatever the others do in common memory.
    if (this.#over) return;
    this.#wake = wake;
    if (!this.common.fallAsleep() || this.#arrivals.length > 0) this.wake();
  }

  disarm(): void {
    this.#wake = null;
    this.common.awake();
  }

  holdProcess(): void {
    // What the network has planned keeps the process; where nothing is planned nothing could come.
  }

  close(): void {
    this.fallSilent();
  }

  /** Nothing is handed over any more: the process is dead, or has left. */
  fallSilent(): void {
    this.#over = true;
    this.#arrivals = [];
    this.#wake = null;
  }

  /** A frame has come. */
  arrived(link: SimulatedLink, frame: Frame): void {
    if (this.#over) return;
    this.#arrivals.push({ link, frame });
    this.wake();
  }

  /** A peer's end has become known here. */
  ended(from: ProcessId, end: PeerEnd): void {
    if (this.#over) return;
    this.#arrivals.push({ from, end });
    this.wake();
  }

  /** Wakes the process where it sleeps, in a turn of the event loop that is its own. */
  wake(): void {
    const wake = this.#wake;
    if (wake === null) return;
    setImmediate(() => {
      if (this.#wake !== wake) return;
      this.disarm();
      wake();
    });
  }

  #inboundOf(from: ProcessId): Inbound | undefined {
    let inbound = this.#inbounds.get(from);
    if (inbound === undefined && this.#reception !== null) {
      inbound = this.#reception(from);
      this.#inbounds.set(from, inbound);
    }
    return inbound;
  }
}
