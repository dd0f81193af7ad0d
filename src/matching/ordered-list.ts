/**
 * A doubly linked list through its entries, sorted by their `order`. New entries are nearly always the latest, so
 * insertion looks from the end: O(1), or O(entries overtaken) for one that comes back to its old place.
 */

interface Linked {
  readonly order: number;
  next: Linked | null;
  previous: Linked | null;
}

export class OrderedList<T extends Linked> {
  first: T | null = null;
  last: T | null = null;

  insert(entry: T): void {
    let before = this.last;
    while (before !== null && before.order > entry.order) before = before.previous as T | null;
    const after = before === null ? this.first : (before.next as T | null);
    entry.previous = before;
    entry.next = after;
    if (before === null) this.first = entry;
    else before.next = entry;
    if (after === null) this.last = entry;
    else after.previous = entry;
  }

  remove(entry: T): void {
    const before = entry.previous as T | null;
    const after = entry.next as T | null;
    if (before === null) this.first = after;
    else before.next = after;
    if (after === null) this.last = before;
    else after.previous = before;
    entry.next = null;
    entry.previous = null;
  }

  /** `visit` may remove the entry that it is given. */
  forEach(visit: (entry: T) => void): void {
    let entry = this.first;
    while (entry !== null) {
      const next = entry.next as T | null;
      visit(entry);
      entry = next;
    }
  }
}

/** Spreads (source, tag) over the buckets of a table whose size is a power of two. */
export function envelopeHash(source: number, tag: number): number {
  const mixed = Math.imul(source ^ Math.imul(tag, 0x9e37_79b1), 0x85eb_ca6b);
  return mixed ^ (mixed >>> 15);
}
