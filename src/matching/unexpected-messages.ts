/**
 * The messages of one context that have arrived before anybody asked for them, in the order of their arrival.
 *
 * Each lies in two places: in a hash table by (source, tag), where an exact receive finds it in O(1), and in the list
 * of all, which a receive with a wildcard goes through from the earliest on.
 */
import { ANY_SOURCE, ANY_TAG } from '../model/constants.ts';
import { envelopeHash, OrderedList } from './ordered-list.ts';

/** What an unexpected message brings along to be filed. */
export abstract class UnexpectedMessage {
  readonly source: number;
  readonly tag: number;
  /** Position in the order of arrival, given when it is first added and kept when it is added again. */
  order: number = 0;
  /** True while it lies in the queue. */
  waiting: boolean = false;
  next: UnexpectedMessage | null = null;
  previous: UnexpectedMessage | null = null;
  /** Its entry in the hash table. */
  readonly filed: FiledMessage<UnexpectedMessage>;

  constructor(source: number, tag: number) {
    this.source = source;
    this.tag = tag;
    this.filed = new FiledMessage(this);
  }
}

class FiledMessage<T extends UnexpectedMessage> {
  readonly message: T;
  order: number = 0;
  next: FiledMessage<T> | null = null;
  previous: FiledMessage<T> | null = null;

  constructor(message: T) {
    this.message = message;
  }
}

const newBuckets = (count: number): OrderedList<FiledMessage<UnexpectedMessage>>[] =>
  Array.from({ length: count }, () => new OrderedList<FiledMessage<UnexpectedMessage>>());

export class UnexpectedMessages<T extends UnexpectedMessage> {
  readonly #all = new OrderedList<T>();
  #buckets = newBuckets(4);
  #size = 0;
  #lastOrder = 0;

  get size(): number {
    return this.#size;
  }

  /** A place in the order of arrival, for a message that is not filed but may yet be. */
  takeOrder(): number {
    return ++this.#lastOrder;
  }

  add(message: T): void {
    if (message.order === 0) message.order = this.takeOrder();
    message.filed.order = message.order;
    message.waiting = true;
    this.#all.insert(message);
    this.#bucketOf(message).insert(message.filed);
    this.#size++;
    if (this.#size > 4 * this.#buckets.length) this.#grow();
  }

  /** Takes a message out; nothing happens where it is not there. */
  remove(message: T): void {
    if (!message.waiting) return;
    message.waiting = false;
    this.#all.remove(message);
    this.#bucketOf(message).remove(message.filed);
    this.#size--;
  }

  /** The earliest message for a receive with this source and tag (wildcards allowed); it stays. */
  find(source: number, tag: number): T | null {
    if (this.#size === 0) return null;
    if (source !== ANY_SOURCE && tag !== ANY_TAG) {
      let filed = this.#buckets[envelopeHash(source, tag) & (this.#buckets.length - 1)]!.first;
      while (filed !== null && (filed.message.source !== source || filed.message.tag !== tag))
        filed = filed.next;
      return filed === null ? null : (filed.message as T);
    }
    let message = this.#all.first;
    while (
      message !== null &&
      ((source !== ANY_SOURCE && message.source !== source) || (tag !== ANY_TAG && message.tag !== tag))
    ) {
      message = message.next as T | null;
    }
    return message;
  }

  /** All of them in the order of arrival; `visit` may remove the one it is given. */
  forEach(visit: (message: T) => void): void {
    this.#all.forEach(visit);
  }

  #bucketOf(message: T): OrderedList<FiledMessage<UnexpectedMessage>> {
    return this.#buckets[envelopeHash(message.source, message.tag) & (this.#buckets.length - 1)]!;
  }

  #grow(): void {
    this.#buckets = newBuckets(this.#buckets.length * 4);
    this.#all.forEach((message) => this.#bucketOf(message).insert(message.filed));
  }
}
