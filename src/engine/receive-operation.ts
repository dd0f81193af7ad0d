/**
 * A receive under way: it is posted, matches a message, and takes its data. What becomes of the data is for the two
 * kinds to say: copied into the program's buffer as it comes (ReceiveInto), or made into a value (ReceiveValue).
 */
import { MPIError } from '../errors/mpi-error.ts';
import type { PostedReceive } from '../matching/posted-receives.ts';
import { ANY_TAG, PROC_NULL } from '../model/constants.ts';
import type { Frame } from '../wire/frame.ts';
import { ArrivedMessage } from './arrived-message.ts';
import { freshBytes } from './fresh-bytes.ts';
import { Landing, type LandingOwner } from './landing.ts';
import type { MatchContext } from './match-context.ts';
import { Operation, type OperationDriver } from './operation.ts';
import type { Party } from './party.ts';
import type { WaitDescription } from './wait-description.ts';
import type { WaitingReceive } from './waiting.ts';

const NOTHING = new Uint8Array(0);

export abstract class ReceiveOperation<T = unknown>
  extends Operation<T>
  implements WaitingReceive, LandingOwner
{
  readonly context: MatchContext;
  readonly source: number;
  readonly tag: number;
  order: number = 0;
  next: PostedReceive | null = null;
  previous: PostedReceive | null = null;
  posted: boolean = false;

  /** The envelope of the message that it has matched. */
  matchedSource: number = PROC_NULL;
  matchedTag: number = 0;
  elementType: number = 0;
  length: number = 0;
  /** Its place among the messages that have arrived, should it have to go back there. */
  arrival: number = 0;
  /** Who sends it, and where its data lands, while it is underway. */
  peer: Party | null = null;
  landing: Landing | null = null;
  cancelled: boolean = false;
  /** It receives the message of a matched probe, and no other. */
  reserved: boolean = false;

  constructor(driver: OperationDriver, context: MatchContext, source: number, tag: number) {
    super(driver);
    this.context = context;
    this.source = source;
    this.tag = tag;
  }

  /** Why this receive cannot take data of this type, or null where it can. */
  abstract refusal(elementType: number, source: number, tag: number): MPIError | null;
  /** Where `length` bytes go; shorter where the message is to be truncated. */
  protected abstract place(length: number): Uint8Array;
  /** The whole message lies in a frame, which is reused afterwards. */
  protected abstract takeFrame(frame: Frame): void;
  /** The whole message lies in memory that is this receive's own. */
  protected abstract takeBytes(bytes: Uint8Array): void;
  /** The whole message lies where {@link place} said. */
  protected abstract takePlace(place: Uint8Array): void;

  #matched(peer: Party, source: number, tag: number, elementType: number, length: number): void {
    this.peer = peer;
    this.matchedSource = source;
    this.matchedTag = tag;
    this.elementType = elementType;
    this.length = length;
  }

  /** Memory for `length` bytes; none at all where that fails, and the receive with it. */
  protected freshPlace(length: number): Uint8Array {
    try {
      return freshBytes(length);
    } catch (cause) {
      const from = `rank ${String(this.matchedSource)} with tag ${String(this.matchedTag)} on ${this.context.label()}`;
      const why = `there is no memory for its ${String(length)} bytes; receive it into a buffer, or in parts`;
      this.fail(new MPIError('MPI_ERR_NO_MEM', `Cannot read the message of ${from}: ${why}`, { cause }));
      // The data is let go by as it comes: the peer shall not wait for ever.
      return NOTHING;
    }
  }

  /** Matches a message that came whole. */
  matchFrame(peer: Party, frame: Frame): void {
    this.#matched(peer, frame.source, frame.tag, frame.elementType, frame.length);
    this.takeFrame(frame);
    this.complete();
  }

  /** Matches a message whose data comes in parts: where they go. */
  matchParts(peer: Party, source: number, tag: number, elementType: number, length: number): Landing {
    this.#matched(peer, source, tag, elementType, length);
    this.arrival = this.context.unexpected.takeOrder();
    this.landing = new Landing(elementType, length, this.place(length), this);
    return this.landing;
  }

  /** Matches a message from the unexpected queue. */
  matchArrived(message: ArrivedMessage): void {
    const { peer, landing, bytes } = message;
    if (message.request !== 0) {
      const place = this.matchParts(peer, message.source, message.tag, message.elementType, message.length);
      this.arrival = message.order;
      peer.clear(message.request, place);
      return;
    }
    this.#matched(peer, message.source, message.tag, message.elementType, message.length);
    if (bytes !== null) {
      this.takeBytes(bytes);
      this.complete();
    } else if (landing !== null) {
      this.arrival = message.order;
      this.landing = landing;
      landing.owner = this;
    }
  }

  /** Everything is there. */
  landed(landing: Landing): void {
    const own = this.landing === landing && landing.bytes === this.placed;
    this.landing = null;
    if (own) this.takePlace(landing.bytes);
    else this.takeBytes(landing.bytes);
    this.complete();
  }

  /** The place that {@link place} gave last. */
  protected abstract get placed(): Uint8Array | null;
  /** Whether that place is memory of the program's, which it wants back when the receive ends. */
  protected abstract get lent(): boolean;

  /** The sender has taken the message back: the receive may wait again, at its old place. */
  unmatch(): void {
    this.landing = null;
    this.peer = null;
    this.matchedSource = PROC_NULL;
    this.matchedTag = 0;
    this.length = 0;
  }

  /** What it is to get, for people; '' for whatever comes. */
  protected wanted(): string {
    return '';
  }

  override describe(): WaitDescription {
    const { context, tag, landing } = this;
    return {
      operation: 'recv',
      communicator: context.label(),
      peers: context.awaitedFrom(landing === null ? this.source : this.matchedSource),
      open: this.limit !== null,
      tag: tag === ANY_TAG ? null : tag,
      data: landing === null ? this.wanted() : `${String(this.length)} bytes, on their way`,
    };
  }

  override cancel(): boolean {
    if (this.done || !this.posted) return false;
    this.context.posted.remove(this);
    this.cancelled = true;
    this.complete();
    return true;
  }

  /**
   * Gives up. A message that has matched already is not lost: what has come of it, and what is still to come, goes
   * to the next receive, or back to its old place among the unexpected ones. It does not give up where there is no
   * memory for that.
   */
  override withdraw(reason: unknown): boolean {
    if (this.done) return false;
    if (!this.posted) return this.#giveBack(reason);
    this.context.posted.remove(this);
    this.fail(reason);
    return true;
  }

  #giveBack(reason: unknown): boolean {
    const { landing, peer, matchedSource, matchedTag, elementType, length } = this;
    if (landing === null || peer === null) return false;
    const lent = this.lent && landing.bytes === this.placed;
    if (lent && landing.overflown) {
      // What the buffer had no room for is gone: it would have been truncated, and nobody else can have it.
      landing.letGo();
      this.landing = null;
      this.fail(reason);
      return true;
    }
    if (lent) {
      try {
        landing.moveTo(freshBytes(length));
      } catch {
        return false;
      }
    }
    const message = new ArrivedMessage(peer, matchedSource, matchedTag, elementType, length);
    message.order = this.arrival;
    message.eager = landing.eager;
    message.landing = landing;
    landing.owner = message;
    this.landing = null;
    // First the end of this one: the next receive may be told of the message at once.
    this.fail(reason);
    this.context.giveBack(message);
    return true;
  }
}
