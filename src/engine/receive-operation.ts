/**
 * A receive under way: it is posted, matches a message, and takes its data. What becomes of the data is for the two
 * kinds to say: copied into the program's buffer as it comes (ReceiveInto), or made into a value (ReceiveValue).
 */
import type { MPIError } from '../errors/mpi-error.ts';
import type { PostedReceive } from '../matching/posted-receives.ts';
import { PROC_NULL } from '../model/constants.ts';
import type { Frame } from '../wire/frame.ts';
import type { ArrivedMessage } from './arrived-message.ts';
import type { Driver } from './driver.ts';
import { Landing, type LandingOwner } from './landing.ts';
import type { MatchContext } from './match-context.ts';
import { Operation } from './operation.ts';
import type { Peer } from './peer.ts';

export abstract class ReceiveOperation<T = unknown> extends Operation<T> implements PostedReceive, LandingOwner {
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
  /** Who sends it, and where its data lands, while it is underway. */
  peer: Peer | null = null;
  landing: Landing | null = null;
  cancelled: boolean = false;

  constructor(driver: Driver, context: MatchContext, source: number, tag: number) {
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

  #matched(peer: Peer, source: number, tag: number, elementType: number, length: number): void {
    this.peer = peer;
    this.matchedSource = source;
    this.matchedTag = tag;
    this.elementType = elementType;
    this.length = length;
  }

  /** Matches a message that came whole. */
  matchFrame(peer: Peer, frame: Frame): void {
    this.#matched(peer, frame.source, frame.tag, frame.elementType, frame.length);
    this.takeFrame(frame);
    this.complete();
  }

  /** Matches a message whose data comes in parts; null where there is no memory for it (the receive has failed). */
  matchParts(peer: Peer, source: number, tag: number, elementType: number, length: number): Landing {
    this.#matched(peer, source, tag, elementType, length);
    this.landing = new Landing(elementType, length, this.place(length), this);
    return this.landing;
  }

  /** Matches a message from the unexpected queue. */
  matchArrived(message: ArrivedMessage): void {
    const { peer, landing, bytes } = message;
    if (message.request !== 0) {
      peer.inbox.clear(message.request, this.matchParts(peer, message.source, message.tag, message.elementType, message.length));
      return;
    }
    this.#matched(peer, message.source, message.tag, message.elementType, message.length);
    if (bytes !== null) {
      this.takeBytes(bytes);
      this.complete();
    } else if (landing !== null) {
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

  /** The sender has taken the message back: the receive waits again, at its old place. */
  unmatch(): void {
    this.landing = null;
    this.peer = null;
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
   * back to the unexpected queue at its old place.
   */
  override withdraw(reason: unknown): boolean {
    if (this.done) return false;
    if (this.posted) this.context.posted.remove(this);
    else this.#giveBack();
    this.fail(reason);
    return true;
  }

  #giveBack(): void {
    const { landing, peer } = this;
    if (landing === null || peer === null) return;
    peer.inbox.orphan(this, landing);
    this.landing = null;
  }
}
