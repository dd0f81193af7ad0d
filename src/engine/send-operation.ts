/** A send under way: what it sends, and how far it has come (outbox.ts moves it on). */
import { copyOf } from './fresh-bytes.ts';
import { Operation, type OperationDriver } from './operation.ts';
import type { Channel, Loan } from '../transport/transport.ts';
import type { MessageKind } from '../wire/frame.ts';
import type { ProcessId } from '../model/process-id.ts';
import type { ContextNames, WaitDescription } from './wait-description.ts';

/** Where a send waits. */
export interface SendQueue {
  /** Takes a send out that the peer has not matched; false where it has. */
  withdraw(operation: SendOperation): boolean;
  /** What a send waits for. */
  describe(operation: SendOperation): WaitDescription;
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
  data: Uint8Array;
  /** Complete only when the receiver has matched it (MPI_Ssend). */
  readonly synchronous: boolean;
  phase: number = SendPhase.QUEUED;
  /** Bytes written so far. */
  offset: number = 0;
  /** Its number in the dialogue with the peer, once it has requested. */
  request: number = 0;
  /** Its data is lent to the peer, which may copy it by itself. */
  loan: Loan | null = null;
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

  /** Pushes its envelope, with `size` bytes of its data from `start`. */
  push(channel: Channel, kind: MessageKind, id: number, start: number, size: number): boolean {
    const { elementType, source, contextHigh, contextLow, tag, data } = this;
    return channel.pushMessage(
      kind,
      elementType,
      source,
      contextHigh,
      contextLow,
      tag,
      data.length,
      id,
      data,
      start,
      size,
    );
  }

  override withdraw(reason: unknown): boolean {
    if (this.done || !this.outbox.withdraw(this)) return false;
    this.fail(reason);
    return true;
  }

  override describe(): WaitDescription {
    return this.outbox.describe(this);
  }

  /** What it waits for, on its way to this peer. */
  descriptionFor(peer: ProcessId, context: ContextNames | undefined): WaitDescription {
    const rank = context?.sources?.findIndex(({ id }) => id === peer) ?? -1;
    const until = this.phase === SendPhase.REQUESTED ? 'until it is received' : 'until there is room';
    return {
      operation: this.synchronous ? 'ssend' : 'send',
      communicator: context?.label() ?? '',
      peers: [{ process: peer, rank: rank < 0 ? null : rank }],
      open: this.limit !== null,
      tag: this.tag,
      data: `${String(this.data.length)} bytes, ${until}`,
    };
  }

  /**
   * Fails in the middle: the peer still gets the rest, from a copy, since the data is the program's again. It goes on
   * to its end where there is no memory for that, and where the peer is just copying the data by itself.
   */
  abandon(reason: unknown): void {
    if (this.done || this.loan !== null) return;
    try {
      this.data = copyOf(this.data, this.offset, this.data.length - this.offset);
    } catch {
      return;
    }
    this.offset = 0;
    this.fail(reason);
  }

  protected override result(): void {
    return undefined;
  }
}
