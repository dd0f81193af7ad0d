/**
 * Where the parts of one message land that comes in several: a rendezvous, or an eager message longer than a frame.
 *
 * The bytes go straight to where they are wanted (the buffer of the receive that has matched, or memory of our own).
 * The one who wants them may change underway: a receive that gives up leaves the rest to an unexpected message, and
 * a receive that finds such a message takes it over.
 */
import { copyBytes } from '../wire/copy-bytes.ts';
import type { Frame } from '../wire/frame.ts';

/** Who is told of the end of a landing. */
export interface LandingOwner {
  landed(landing: Landing): void;
}

/** Takes the bytes instead of the memory that they would go to (receive-combining.ts). */
export interface LandingCombiner {
  combinePart(data: Uint8Array, start: number, size: number): void;
}

const NOTHING = new Uint8Array(0);
const NOBODY: LandingOwner = { landed: () => undefined };

export class Landing {
  readonly elementType: number;
  /** Bytes of the whole message. */
  readonly length: number;
  /** Where the bytes go; shorter than the message where it is to be truncated. */
  bytes: Uint8Array;
  owner: LandingOwner;
  /** Whom the bytes are handed to, in order, where they are not to be copied; null where they are. */
  combiner: LandingCombiner | null = null;
  /** Its sender was allowed to send it without asking, and waits to hear that it may send as much again. */
  eager: boolean = false;
  received: number = 0;

  constructor(elementType: number, length: number, bytes: Uint8Array, owner: LandingOwner) {
    this.elementType = elementType;
    this.length = length;
    this.bytes = bytes;
    this.owner = owner;
  }

  get complete(): boolean {
    return this.received === this.length;
  }

  /** Takes the next part; false where the message would become longer than it was said to be. */
  append(frame: Frame): boolean {
    const { size } = frame;
    if (this.received + size > this.length) return false;
    if (this.combiner === null) copyBytes(frame.data, frame.start, size, this.bytes, this.received);
    else this.combiner.combinePart(frame.data, frame.start, size);
    this.received += size;
    if (this.received === this.length) this.owner.landed(this);
    return true;
  }

  /** The bytes as far as `end` have been put into their place; so much of the message as that has no room for is passed over. */
  filledTo(end: number): void {
    this.received = end < this.bytes.length ? end : this.length;
    if (this.received === this.length) this.owner.landed(this);
  }

  /** True where data has come that the place had no room for. */
  get overflown(): boolean {
    return this.received > this.bytes.length;
  }

  /** Goes on in other memory, with what has come so far. */
  moveTo(bytes: Uint8Array): void {
    bytes.set(this.bytes.subarray(0, this.received));
    this.bytes = bytes;
    this.combiner = null;
  }

  /** Nobody wants the data any more: what is still to come is let go by. */
  letGo(): void {
    this.bytes = NOTHING;
    this.owner = NOBODY;
    this.combiner = null;
  }
}

/** For a message that nobody wants. */
export function landingNowhere(elementType: number, length: number): Landing {
  return new Landing(elementType, length, NOTHING, NOBODY);
}
