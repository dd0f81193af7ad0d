/**
 * The receives of one context that wait for a message, in the order in which they were posted.
 *
 * A receive that names its source and tag lies in a hash table; one with a wildcard in a list beside it. An arriving
 * message looks at both and takes the earlier: O(1) where no wildcard waits, O(wildcards) where some do.
 */
import { ANY_SOURCE, ANY_TAG } from '../model/constants.ts';
import { envelopeHash, OrderedList } from './ordered-list.ts';

/** What a posted receive brings along to be filed: it can lie in one collection at a time. */
export interface PostedReceive {
  /** A rank or ANY_SOURCE. */
  readonly source: number;
  /** A tag or ANY_TAG. */
  readonly tag: number;
  /** Position in the order of posting: 0 until it is first added, and kept when it is added again. */
  order: number;
  next: PostedReceive | null;
  previous: PostedReceive | null;
  posted: boolean;
}

const isWild = (receive: PostedReceive): boolean => receive.source === ANY_SOURCE || receive.tag === ANY_TAG;

export class PostedReceives<T extends PostedReceive> {
  #buckets: OrderedList<T>[] = [new OrderedList(), new OrderedList(), new OrderedList(), new OrderedList()];
  readonly #wild = new OrderedList<T>();
  /** The receive that waits, where only one does: the usual case, which is never filed. */
  #only: T | null = null;
  #size = 0;
  #lastOrder = 0;

  get size(): number {
    return this.#size;
  }

  /** Gives a receive its place in the order of posting that is not filed now, but may yet be. */
  takeOrder(receive: T): void {
    if (receive.order === 0) receive.order = ++this.#lastOrder;
  }

  add(receive: T): void {
    this.takeOrder(receive);
    receive.posted = true;
    this.#size++;
    if (this.#size === 1) {
      this.#only = receive;
      return;
    }
    if (this.#only !== null) this.#fileOnly(this.#only);
    this.#listOf(receive).insert(receive);
    if (this.#size > 4 * this.#buckets.length) this.#grow();
  }

  /** Takes a receive out that has not matched. */
  remove(receive: T): void {
    if (!receive.posted) return;
    receive.posted = false;
    this.#size--;
    if (this.#only === receive) this.#only = null;
    else this.#listOf(receive).remove(receive);
  }

  /** Takes out the receive that a message from `source` with `tag` goes to, or null where none waits for it. */
  match(source: number, tag: number): T | null {
    const only = this.#only;
    if (only !== null) {
      if (only.source !== source && only.source !== ANY_SOURCE) return null;
      if (only.tag !== tag && only.tag !== ANY_TAG) return null;
      only.posted = false;
      this.#only = null;
      this.#size = 0;
      return only;
    }
    if (this.#size === 0) return null;
    let found = this.#buckets[envelopeHash(source, tag) & (this.#buckets.length - 1)]!.first;
    while (found !== null && (found.source !== source || found.tag !== tag)) found = found.next as T | null;
    let wild = this.#wild.first;
    while (wild !== null) {
      if (
        (wild.source === ANY_SOURCE || wild.source === source) &&
        (wild.tag === ANY_TAG || wild.tag === tag)
      ) {
        if (found === null || wild.order < found.order) found = wild;
        break;
      }
      wild = wild.next as T | null;
    }
    if (found !== null) this.remove(found);
    return found;
  }

  /** All of them, in no particular order; `visit` may remove the one it is given. */
  forEach(visit: (receive: T) => void): void {
    if (this.#only !== null) visit(this.#only);
    for (const list of [...this.#buckets, this.#wild]) list.forEach(visit);
  }

  #fileOnly(receive: T): void {
    this.#only = null;
    this.#listOf(receive).insert(receive);
  }

  #listOf(receive: T): OrderedList<T> {
    if (isWild(receive)) return this.#wild;
    return this.#buckets[envelopeHash(receive.source, receive.tag) & (this.#buckets.length - 1)]!;
  }

  #grow(): void {
    const old = this.#buckets;
    this.#buckets = Array.from({ length: old.length * 4 }, () => new OrderedList<T>());
    for (const list of old) {
      list.forEach((receive) => {
        list.remove(receive);
        this.#listOf(receive).insert(receive);
      });
    }
  }
}
