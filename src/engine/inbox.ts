/**
 * What one peer tells this process: its frames, one after the other. Each is checked before it is believed; a peer
 * that breaks the rules of the wire is treated as one that has failed, and harms nobody else.
 */
import type { Clock } from '../system/clock.ts';
import type { Inbound, PeerEnd } from '../transport/transport.ts';
import { type Frame, FrameKind, type LentData, MESSAGE_BYTES_MAX } from '../wire/frame.ts';
import { ArrivedMessage } from './arrived-message.ts';
import { Fetches } from './fetches.ts';
import { freshBytes } from './fresh-bytes.ts';
import { takenBack } from './failures.ts';
import type { DirectReceive } from './direct-receive.ts';
import { type Landing, landingNowhere } from './landing.ts';
import { Landings } from './landings.ts';
import { type EngineLimits, MESSAGE_OVERHEAD } from './limits.ts';
import type { MatchContext } from './match-context.ts';
import type { Operation } from './operation.ts';
import type { Party } from './party.ts';
import { ReceiveOperation } from './receive-operation.ts';
import type { WaitingReceive } from './waiting.ts';

/** What an inbox asks of the engine. */
export interface InboxHost {
  readonly limits: EngineLimits;
  readonly direct: DirectReceive;
  readonly clock: Clock;
  /** The context of these two words; made where it is not known yet. */
  contextOf(high: number, low: number): MatchContext;
  /** Lets a receive wait (again), or gives it a message that waits for it. */
  post(receive: WaitingReceive): void;
  /** There is something that this process copies by itself. */
  fetches(inbox: Inbox): void;
  /** Nothing of what a peer says counts from now on. */
  peerEnded(peer: Party, end: PeerEnd): void;
  /** Its process is gone. */
  peerGone(peer: Party): void;
}

export class Inbox implements Inbound {
  readonly #peer: Party;
  readonly #host: InboxHost;
  readonly #fetches: Fetches;
  readonly #landings: Landings;
  /** The peer's requests that no receive has matched yet, by its number. */
  readonly #requests = new Map<number, ArrivedMessage>();
  /** Eager bytes that the peer has not heard of again; what of them it may send again. */
  #held = 0;
  #creditDue = 0;

  constructor(peer: Party, host: InboxHost) {
    this.#peer = peer;
    this.#host = host;
    const { clock, limits } = host;
    const fetched = (request: number): void => peer.outbox.control(FrameKind.FETCHED, request, 0);
    const ask = (request: number, landing: Landing): void => this.#ask(request, landing);
    this.#fetches = new Fetches({ clock, fetched, ask }, limits.lentBytesMin);
    this.#landings = new Landings(this.#fetches);
  }

  frame(frame: Frame): void {
    if (this.#peer.end !== null) return;
    switch (frame.kind) {
      case FrameKind.EAGER:
        return this.#eager(frame);
      case FrameKind.EAGER_FIRST:
        return this.#eagerFirst(frame);
      case FrameKind.EAGER_MORE:
        return this.#eagerMore(frame);
      case FrameKind.REQUEST:
        return this.#request(frame);
      case FrameKind.DATA:
        return this.#data(frame);
      case FrameKind.CLEAR:
        return this.#expect(this.#peer.outbox.cleared(frame.id, frame.value), 'an answer to nothing');
      case FrameKind.CREDIT:
        return this.#expect(this.#peer.outbox.credit(frame.value), 'credit that it does not owe');
      case FrameKind.WITHDRAW:
        return this.#withdraw(frame);
      case FrameKind.WITHDRAWN:
        return this.#withdrawn(frame);
      case FrameKind.FETCHED:
        return this.#expect(this.#peer.outbox.fetched(frame.id), 'the end of a loan that it does not have');
      default:
        return this.malformed(`a frame of unknown kind ${String(frame.kind)}`);
    }
  }

  malformed(description: string): void {
    const end = { orderly: false, description: `broke the protocol (it sent ${description})` };
    this.#host.peerEnded(this.#peer, end);
  }

  ended(end: PeerEnd): void {
    this.#host.peerEnded(this.#peer, end);
    this.#host.peerGone(this.#peer);
  }

  /** True where the rest of a message is to come. */
  get expecting(): boolean {
    return this.#landings.pending;
  }

  /** True where this process has data to copy by itself. */
  get fetching(): boolean {
    return this.#fetches.size > 0;
  }

  /** Copies a part of it; true where there was any. */
  fetch(): boolean {
    return this.#fetches.advance();
  }

  /** Answers a rendezvous request: the data may come, to `landing`. */
  clear(request: number, landing: Landing): void {
    const lent = this.#requests.get(request)?.lent ?? null;
    this.#requests.delete(request);
    this.#take(request, lent, landing);
  }

  /** Fetches the data of a request where that is possible and thought to be faster, and asks for it otherwise. */
  #take(request: number, lent: LentData | null, landing: Landing): void {
    if (lent === null || !this.#fetches.begin(request, lent, landing)) this.#ask(request, landing);
    else this.#host.fetches(this);
  }

  #ask(request: number, landing: Landing): void {
    this.#peer.outbox.control(FrameKind.CLEAR, request, this.#landings.add(landing));
  }

  /** An eager message has found its receive: the sender may send as much again, and is told so now and then. */
  settle(bytes: number): void {
    this.#creditDue += bytes + MESSAGE_OVERHEAD;
    if (this.#creditDue < this.#host.limits.eagerBudget >> 2) return;
    const due = this.#creditDue;
    this.#creditDue = 0;
    this.#held -= due;
    this.#peer.outbox.control(FrameKind.CREDIT, 0, due);
  }

  /** What was underway for the receives of one context is let go by, and they fail. */
  abandon(high: number, low: number, reason: unknown): void {
    this.#landings.abandon(high, low, reason);
  }

  /** The receives of one context whose data is on its way. */
  receiving(high: number, low: number): Operation<unknown>[] {
    return this.#landings.receives().filter(({ context }) => context.high === high && context.low === low);
  }

  /** The peer is gone: what was underway will never be whole. */
  close(fail: (receive: ReceiveOperation) => void): void {
    const receives = this.#landings.receives();
    this.#landings.clear();
    this.#requests.clear();
    for (const receive of receives) fail(receive);
  }

  #eager(frame: Frame): void {
    const context = this.#contextOf(frame);
    if (context === null) return;
    if (frame.size !== frame.length) return this.malformed('a message of another length than it has');
    if (!this.#hold(frame.length)) return;
    if (this.#host.direct.take(context, frame)) {
      this.settle(frame.length);
      return;
    }
    const receive = context.match(frame.source, frame.tag, frame.elementType);
    if (receive === null) {
      if (context.broken !== null) return this.settle(frame.length);
      const message = this.#arrived(frame);
      message.bytes = frame.data.slice(frame.start, frame.start + frame.size);
      message.eager = true;
      context.file(message);
    } else {
      receive.matchFrame(this.#peer, frame);
      this.settle(frame.length);
    }
  }

  #eagerFirst(frame: Frame): void {
    const context = this.#contextOf(frame);
    if (context === null) return;
    if (this.#landings.streaming !== null) return this.malformed('a message out of turn');
    if (!this.#hold(frame.length)) return;
    this.#host.direct.giveWay(context);
    const receive = context.match(frame.source, frame.tag, frame.elementType);
    let landing: Landing;
    if (receive === null && context.broken !== null) {
      landing = landingNowhere(frame.elementType, frame.length);
    } else if (receive === null) {
      const message = this.#arrived(frame);
      message.eager = true;
      landing = message.awaitParts(freshBytes(frame.length));
      context.file(message);
    } else {
      landing = receive.matchParts(this.#peer, frame.source, frame.tag, frame.elementType, frame.length);
    }
    landing.eager = true;
    this.#landings.streaming = landing;
    this.#append(landing, frame);
  }

  #eagerMore(frame: Frame): void {
    if (this.#landings.streaming === null) return this.malformed('a part of no message');
    this.#append(this.#landings.streaming, frame);
  }

  #append(landing: Landing, frame: Frame): void {
    if (!landing.append(frame)) return this.malformed('more data than it had announced');
    if (!landing.complete) return;
    this.#landings.streaming = null;
    // Where nobody has asked for it yet, the peer has to wait until somebody does.
    if (!(landing.owner instanceof ArrivedMessage)) this.settle(landing.length);
  }

  /** Counts what the peer may send unasked; false where it sends more. */
  #hold(bytes: number): boolean {
    this.#held += bytes + MESSAGE_OVERHEAD;
    if (this.#held <= this.#host.limits.eagerBudget) return true;
    this.malformed('more unasked than it may');
    return false;
  }

  #request(frame: Frame): void {
    const context = this.#contextOf(frame);
    if (context === null) return;
    const { id } = frame;
    if (this.#requests.has(id)) return this.malformed('a request that it had sent before');
    this.#host.direct.giveWay(context);
    const receive = context.match(frame.source, frame.tag, frame.elementType);
    if (receive === null && context.broken !== null) {
      this.#ask(id, landingNowhere(frame.elementType, frame.length));
    } else if (receive === null) {
      if (this.#requests.size >= this.#host.limits.requestsMax)
        return this.malformed('more requests than it may');
      const message = this.#arrived(frame);
      message.request = id;
      message.lent = frame.lent;
      this.#requests.set(id, message);
      context.file(message);
    } else {
      const { source, tag, elementType, length, lent } = frame;
      this.#take(id, lent, receive.matchParts(this.#peer, source, tag, elementType, length));
    }
  }

  #data(frame: Frame): void {
    const landing = this.#landings.get(frame.id);
    if (landing === undefined) return this.malformed('data that nobody has asked for');
    if (!landing.append(frame)) return this.malformed('more data than it had announced');
    if (!landing.complete) return;
    this.#landings.delete(frame.id);
    this.#fetches.sent(landing);
  }

  #withdraw(frame: Frame): void {
    const { id } = frame;
    const message = this.#requests.get(id);
    // A receive has matched it: the sender will answer our CLEAR.
    if (message === undefined) return;
    this.#requests.delete(id);
    message.takeBack();
    this.#peer.outbox.control(FrameKind.CLEAR, id, 0);
  }

  #withdrawn(frame: Frame): void {
    const landing = this.#landings.get(frame.id);
    if (landing === undefined) return this.malformed('a withdrawal of nothing');
    this.#landings.delete(frame.id);
    const { owner } = landing;
    if (owner instanceof ArrivedMessage) owner.takeBack();
    if (!(owner instanceof ReceiveOperation) || owner.done) return;
    if (owner.reserved) return owner.fail(takenBack(owner.context, owner.matchedSource, owner.matchedTag));
    owner.unmatch();
    // What is waited for at this moment was asked for later.
    this.#host.direct.giveWay(owner.context);
    this.#host.post(owner);
  }

  #arrived(frame: Frame): ArrivedMessage {
    return new ArrivedMessage(this.#peer, frame.source, frame.tag, frame.elementType, frame.length);
  }

  /** The context of an envelope, or null where the envelope is not to be believed. */
  #contextOf(frame: Frame): MatchContext | null {
    const context = this.#host.contextOf(frame.contextHigh, frame.contextLow);
    const { sources } = context;
    const genuine = (sources === null || sources[frame.source] === this.#peer) && frame.tag >= 0;
    if (genuine && frame.length <= MESSAGE_BYTES_MAX) return context;
    this.malformed('an envelope that cannot be true');
    return null;
  }

  #expect(kept: boolean, otherwise: string): void {
    if (!kept) this.malformed(otherwise);
  }
}
