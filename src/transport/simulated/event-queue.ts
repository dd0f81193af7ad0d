/**
 * What is still to happen in a simulated world, the earliest first; of several at one moment, the one that was
 * planned first. A binary heap: O(log n) to plan and to take.
 */

interface PlannedEvent {
  readonly at: number;
  readonly order: number;
  readonly happen: () => void;
}

export class EventQueue {
  readonly #heap: PlannedEvent[] = [];
  #planned = 0;

  get size(): number {
    return this.#heap.length;
  }

  /** When the next one is due; Infinity where nothing is planned. */
  get nextAt(): number {
    return this.#heap[0]?.at ?? Infinity;
  }

  plan(at: number, happen: () => void): void {
    const heap = this.#heap;
    let place = heap.length;
    const event: PlannedEvent = { at, order: this.#planned++, happen };
    heap.push(event);
    while (place > 0) {
      const parent = (place - 1) >> 1;
      if (isBefore(heap[parent]!, event)) break;
      heap[place] = heap[parent]!;
      place = parent;
    }
    heap[place] = event;
  }

  /** Takes the next one out; undefined where nothing is planned. */
  take(): PlannedEvent | undefined {
    const heap = this.#heap;
    const first = heap[0];
    const moved = heap.pop();
    if (first === undefined || moved === undefined || heap.length === 0) return first;
    let place = 0;
    for (;;) {
      let child = 2 * place + 1;
      if (child >= heap.length) break;
      if (child + 1 < heap.length && isBefore(heap[child + 1]!, heap[child]!)) child++;
      if (isBefore(moved, heap[child]!)) break;
      heap[place] = heap[child]!;
      place = child;
    }
    heap[place] = moved;
    return first;
  }
}

const isBefore = (a: PlannedEvent, b: PlannedEvent): boolean =>
  a.at < b.at || (a.at === b.at && a.order < b.order);
