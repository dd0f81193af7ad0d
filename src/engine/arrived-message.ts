/**
 * A message that has arrived before its receive: whole, in part, or only announced (a rendezvous request, whose data
 * waits with its sender).
 */
import { UnexpectedMessage, type UnexpectedMessages } from '../matching/unexpected-messages.ts';
import { UNDEFINED } from '../model/constants.ts';
import { elementBytes, VALUE } from '../wire/element-type.ts';
import type { LentData } from '../wire/frame.ts';
import { Landing, landingNowhere, type LandingOwner } from './landing.ts';
import type { Party } from './party.ts';

/** Elements in a message as it was sent: 1 in a value, UNDEFINED where a peer's word makes no sense. */
export function elementsIn(elementType: number, length: number): number {
  const count = elementType === VALUE ? 1 : length / elementBytes(elementType);
  return Number.isInteger(count) ? count : UNDEFINED;
}

export class ArrivedMessage extends UnexpectedMessage implements LandingOwner {
  readonly peer: Party;
  readonly elementType: number;
  readonly length: number;
  /** The data; null where it is still to come. */
  bytes: Uint8Array | null = null;
  /** The rest of the data is on its way here. */
  landing: Landing | null = null;
  /** The sender waits with the data for the answer to this request; 0 where it does not. */
  request: number = 0;
  /** The data itself, where its sender lends it until then. */
  lent: LentData | null = null;
  /** What was eagerly sent is held against the sender until the message leaves. */
  eager: boolean = false;
  /** Its sender has taken it back. */
  withdrawn: boolean = false;
  /** Where it lies, or lay until a matched probe took it. */
  queue: UnexpectedMessages<ArrivedMessage> | null = null;

  constructor(peer: Party, source: number, tag: number, elementType: number, length: number) {
    super(source, tag);
    this.peer = peer;
    this.elementType = elementType;
    this.length = length;
  }

  /** Its data comes in parts, into this memory. */
  awaitParts(bytes: Uint8Array): Landing {
    this.landing = new Landing(this.elementType, this.length, bytes, this);
    return this.landing;
  }

  /** True where its data will never come, once its sender is gone. */
  get dependsOnSender(): boolean {
    return this.bytes === null;
  }

  landed(landing: Landing): void {
    this.landing = null;
    this.bytes = landing.bytes;
  }

  /** Nobody will receive it: its sender goes on as if somebody had. */
  discard(): void {
    const { peer, landing } = this;
    if (peer.end !== null) return;
    if (landing !== null) landing.letGo();
    else if (this.request !== 0) peer.clear(this.request, landingNowhere(this.elementType, this.length));
    else if (this.eager) peer.settle(this.length);
    this.landing = null;
    this.request = 0;
  }

  /** Its sender takes it back: nobody receives it, not even who has reserved it by a matched probe. */
  takeBack(): void {
    this.withdrawn = true;
    this.landing = null;
    this.queue?.remove(this);
  }
}
