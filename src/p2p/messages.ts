/** Every message that matches, as it comes, for `for await`. */
import type { Operation } from '../engine/operation.ts';
import type { Message } from '../engine/request.ts';

/**
 * One receive is posted for each step. Leaving the loop withdraws the receives that have not matched, so no message is
 * taken that the loop does not see; an aborted signal ends the iteration with its reason.
 */
export class MessageIterator<T> implements AsyncIterableIterator<Message<T>> {
  readonly #receive: () => Operation<Message>;
  /** Of the steps that have been asked for; a loop asks for one at a time. */
  readonly #pending = new Set<Operation<Message>>();
  #over = false;

  constructor(receive: () => Operation<Message>) {
    this.#receive = receive;
  }

  async next(): Promise<IteratorResult<Message<T>>> {
    if (this.#over) return { done: true, value: undefined };
    const receive = this.#receive();
    this.#pending.add(receive);
    try {
      const message = await receive;
      if (receive.status()?.cancelled === true) return { done: true, value: undefined };
      return { done: false, value: message as Message<T> };
    } finally {
      this.#pending.delete(receive);
    }
  }

  return(): Promise<IteratorResult<Message<T>>> {
    this.#over = true;
    for (const receive of this.#pending) receive.cancel();
    return Promise.resolve({ done: true, value: undefined });
  }

  [Symbol.asyncIterator](): this {
    return this;
  }
}
