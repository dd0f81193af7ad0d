/**
 * The short cut of a blocked receive. While its thread polls nothing can be posted before it, so a short message that
 * fits is handed over as it lies in its frame: no receive is made, filed, matched or ended. At anything that is not so simple, and when nothing has come after the polls of the
 * waiting policy, an ordinary receive is posted in its place.
 */
import { ANY_SOURCE, ANY_TAG, UNDEFINED } from '../model/constants.ts';
import { copyBytes } from '../wire/copy-bytes.ts';
import { elementBytes, VALUE } from '../wire/element-type.ts';
import type { Frame } from '../wire/frame.ts';
import type { Driver } from './driver.ts';
import type { MatchContext } from './match-context.ts';
import { ReceiveInto } from './receive-into.ts';
import type { ReceiveOperation } from './receive-operation.ts';
import { type Decoder, ReceiveValue } from './receive-value.ts';
import type { Message, Status } from './request.ts';

const NOTHING = new Uint8Array(0);

export class DirectReceive {
  readonly #driver: Driver;
  readonly #decoder: Decoder;
  readonly #post: (receive: ReceiveOperation) => void;
  /** Where a message is waited for; null where none is. */
  #context: MatchContext | null = null;
  #source: number = ANY_SOURCE;
  #tag: number = ANY_TAG;
  /** Where raw elements go. */
  #target: Uint8Array = NOTHING;
  /** What may come: elements of this type, or a value. */
  #wanted: number = VALUE;
  /** Makes the receive that takes its place where the elements have to fill the target; null for one of the common kinds. */
  #instead: (() => ReceiveOperation) | null = null;
  /** The ordinary receive that has taken its place. */
  #ordinary: ReceiveOperation | null = null;

  #length = 0;
  #data: unknown = undefined;
  #matchedSource = 0;
  #matchedTag = 0;

  constructor(driver: Driver, decoder: Decoder, post: (receive: ReceiveOperation) => void) {
    this.#driver = driver;
    this.#decoder = decoder;
    this.#post = post;
  }

  get waiting(): boolean {
    return this.#context !== null;
  }

  /** Receives raw elements with the thread blocked. */
  into(context: MatchContext, source: number, tag: number, target: Uint8Array, elementType: number): Status {
    this.#target = target;
    const ordinary = this.#await(context, source, tag, elementType);
    this.#target = NOTHING;
    if (ordinary !== null) return this.#driver.finish(ordinary as ReceiveOperation<Status>, true);
    const bytes = this.#length;
    const count = bytes / elementBytes(elementType);
    return {
      source: this.#matchedSource,
      tag: this.#matchedTag,
      count: Number.isInteger(count) ? count : UNDEFINED,
      bytes,
      cancelled: false,
    };
  }

  /**
   * Receives elements that fill the target. Null where they have come; else the receive of `instead`, which waits for them or
   * has got something else.
   */
  filling<R extends ReceiveOperation>(
    context: MatchContext,
    source: number,
    tag: number,
    target: Uint8Array,
    elementType: number,
    instead: () => R,
  ): R | null {
    this.#target = target;
    const ordinary = this.#await(context, source, tag, elementType, instead);
    this.#target = NOTHING;
    return ordinary as R | null;
  }

  /** Receives a value with the thread blocked. */
  value(context: MatchContext, source: number, tag: number): Message {
    const ordinary = this.#await(context, source, tag, VALUE);
    if (ordinary !== null) return this.#driver.finish(ordinary as ReceiveOperation<Message>, true);
    const data = this.#data;
    this.#data = undefined;
    return { data, source: this.#matchedSource, tag: this.#matchedTag };
  }

  /**
   * Takes the whole message in a frame if it is the one that is waited for; false where it is left to the ordinary
   * receives, among which this one is from then on, if it waits in this context.
   */
  take(context: MatchContext, frame: Frame): boolean {
    if (context !== this.#context) return false;
    const { source, tag, length } = frame;
    if (
      (source !== this.#source && this.#source !== ANY_SOURCE) ||
      (tag !== this.#tag && this.#tag !== ANY_TAG) ||
      frame.elementType !== this.#wanted
    ) {
      this.giveWay(context);
      return false;
    }
    if (this.#wanted === VALUE) {
      try {
        this.#data = this.#decoder.decode(frame.data, frame.start, frame.start + length);
      } catch {
        // Malformed: the ordinary receive finds the same, and says so with the name of the sender.
        this.giveWay(context);
        return false;
      }
    } else {
      if (length > this.#target.length || (this.#instead !== null && length < this.#target.length)) {
        this.giveWay(context);
        return false;
      }
      copyBytes(frame.data, frame.start, length, this.#target, 0);
    }
    this.#matchedSource = source;
    this.#matchedTag = tag;
    this.#length = length;
    this.#context = null;
    return true;
  }

  /** Something has come to this context that is not for the short cut: an ordinary receive is posted first. */
  giveWay(context: MatchContext): void {
    if (context !== this.#context) return;
    this.#context = null;
    this.#ordinary = this.#makeOrdinary(context);
    this.#post(this.#ordinary);
  }

  /** Waits for a while; null where the message has come, else the receive that goes on waiting for it. */
  #await(
    context: MatchContext,
    source: number,
    tag: number,
    wanted: number,
    instead: (() => ReceiveOperation) | null = null,
  ): ReceiveOperation | null {
    this.#instead = instead;
    this.#source = source;
    this.#tag = tag;
    this.#wanted = wanted;
    this.#context = context;
    if (context.posted.size > 0 || context.unexpected.size > 0 || context.broken !== null) {
      this.giveWay(context);
    } else {
      try {
        this.#driver.pollFor(this);
      } catch (error) {
        this.#context = null;
        throw error;
      }
      this.giveWay(context);
    }
    const ordinary = this.#ordinary;
    this.#ordinary = null;
    return ordinary;
  }

  #makeOrdinary(context: MatchContext): ReceiveOperation {
    if (this.#instead !== null) return this.#instead();
    if (this.#wanted === VALUE) {
      return new ReceiveValue(this.#driver, context, this.#source, this.#tag, this.#decoder);
    }
    return new ReceiveInto(this.#driver, context, this.#source, this.#tag, this.#target, this.#wanted);
  }
}
