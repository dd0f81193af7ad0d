/** A send under way: what it sends, and how far it has come (outbox.ts moves it on). */
import { Operation, type OperationDriver } from './operation.ts';

/** Where a send waits. */
export interface SendQueue {
  /** Takes a send out that the peer has not matched; false where it has. */
  withdraw(operation: SendOperation): boolean;
}

export const SendPhase = {
  /** In the queue of its peer: its envelope has not been written yet. */
  QUEUED: 0,
  /** Its first parts have been written eagerly; the others follow before anything else. */
  STREAMING: 1,
  /** Its request is with the peer. */
  REQUESTED: 2,
  /** The peer has a place for it; its parts are being written. */
  TRANSFERRING: 3,
} as const;

export class SendOperation extends Operation<void> {
  readonly outbox: SendQueue;
  readonly contextHigh: number;
  readonly contextLow: number;
  /** This process' rank, as the receiver knows it in this context. */
  readonly source: number;
  readonly tag: number;
  readonly elementType: number;
  readonly data: Uint8Array;
  /** Complete only when the receiver has matched it (MPI_Ssend). */
  readonly synchronous: boolean;
  phase: number = SendPhase.QUEUED;
  /** Bytes written so far. */
  offset: number = 0;
  /** Its number in the dialogue with the peer, once it has requested. */
  request: number = 0;
  /** The peer's number of the place where the data goes. */
  landing: number = 0;

  constructor(
    driver: OperationDriver,
    outbox: SendQueue,
    contextHigh: number,
    contextLow: number,
    source: number,
    tag: number,
    elementType: number,
    data: Uint8Array,
    synchronous: boolean,
  ) {
    super(driver);
    this.outbox = outbox;
    this.contextHigh = contextHigh;
    this.contextLow = contextLow;
    this.source = source;
    this.tag = tag;
    this.elementType = elementType;
    this.data = data;
    this.synchronous = synchronous;
  }

  override withdraw(reason: unknown): boolean {
    if (this.done || !this.outbox.withdraw(this)) return false;
    this.fail(reason);
    return true;
  }

  protected override result(): void {
    return undefined;
  }
}
