/**
 * What people at the pages have said and the program has not read yet. A later word about the same thing replaces the earlier
 * one; of different things at most 256 wait, then the oldest gives way.
 */
import type { ViewFeedback } from '../feedback.ts';

const WAITING_MAX = 256;

export class FeedbackQueue implements AsyncIterableIterator<ViewFeedback, undefined> {
  readonly #waiting = new Map<string, ViewFeedback>();
  readonly #onReturn: (queue: FeedbackQueue) => void;
  readonly #readers: ((result: IteratorResult<ViewFeedback, undefined>) => void)[] = [];
  #isClosed = false;

  constructor(onReturn: (queue: FeedbackQueue) => void) {
    this.#onReturn = onReturn;
  }

  push(feedback: ViewFeedback): void {
    if (this.#isClosed) return;
    const reader = this.#readers.shift();
    if (reader !== undefined) return reader({ done: false, value: feedback });
    const key = keyOf(feedback);
    this.#waiting.delete(key);
    this.#waiting.set(key, feedback);
    if (this.#waiting.size > WAITING_MAX) this.#waiting.delete(this.#waiting.keys().next().value ?? '');
  }

  next(): Promise<IteratorResult<ViewFeedback, undefined>> {
    const [first] = this.#waiting;
    if (first !== undefined) {
      this.#waiting.delete(first[0]);
      return Promise.resolve({ done: false, value: first[1] });
    }
    if (this.#isClosed) return Promise.resolve({ done: true, value: undefined });
    return new Promise((resolve) => {
      this.#readers.push(resolve);
    });
  }

  return(): Promise<IteratorResult<ViewFeedback, undefined>> {
    this.close();
    this.#waiting.clear();
    this.#onReturn(this);
    return Promise.resolve({ done: true, value: undefined });
  }

  /** Whoever waits gets the end; what waits can still be read. */
  close(): void {
    this.#isClosed = true;
    for (const reader of this.#readers.splice(0)) reader({ done: true, value: undefined });
  }

  [Symbol.asyncIterator](): this {
    return this;
  }
}

function keyOf(feedback: ViewFeedback): string {
  const { type, topic = '', name = '' } = feedback as { type: string; topic?: string; name?: string };
  return JSON.stringify([type, topic, name]);
}
