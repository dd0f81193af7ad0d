/** The sends whose requests are with the peer, by their numbers; and the requests that were given up while the peer may just be answering them. */
import type { Loan } from '../transport/transport.ts';
import type { SendOperation } from './send-operation.ts';

export class Requested {
  readonly #operations = new Map<number, SendOperation>();
  readonly #withdrawn = new Set<number>();
  /** Those of them whose data is lent. */
  readonly #lending = new Set<SendOperation>();
  #last = 0;

  get size(): number {
    return this.#operations.size;
  }

  /** Those that an answer is still to come for. */
  get unanswered(): number {
    return this.#operations.size + this.#withdrawn.size;
  }

  get lends(): boolean {
    return this.#lending.size > 0;
  }

  get all(): MapIterator<SendOperation> {
    return this.#operations.values();
  }

  /** A number that is free. */
  next(): number {
    do this.#last = (this.#last % 0x7fff_ffff) + 1;
    while (this.#operations.has(this.#last) || this.#withdrawn.has(this.#last));
    return this.#last;
  }

  add(request: number, operation: SendOperation, loan: Loan | null): void {
    operation.request = request;
    this.#operations.set(request, operation);
    if (loan === null) return;
    operation.loan = loan;
    this.#lending.add(operation);
  }

  get(request: number): SendOperation | undefined {
    return this.#operations.get(request);
  }

  /** It is answered: nothing is lent for it any more. */
  delete(operation: SendOperation): void {
    this.#operations.delete(operation.request);
    this.#lending.delete(operation);
    operation.loan?.end();
    operation.loan = null;
  }

  /** Gives a request up; false where the peer has begun to copy its data. */
  withdraw(operation: SendOperation): boolean {
    if (operation.loan?.takeBack() === false) return false;
    this.delete(operation);
    this.#withdrawn.add(operation.request);
    return true;
  }

  /** A request that was given up is answered; false where this is none. */
  forget(request: number): boolean {
    return this.#withdrawn.delete(request);
  }

  /** Copies parts in the place of the peer, where it is just copying what was lent to it; true where there was any. */
  help(): boolean {
    let helped = false;
    for (const { loan } of this.#lending) while (loan?.help() === true) helped = true;
    return helped;
  }

  /** Empties it. */
  takeAll(): SendOperation[] {
    const operations = [...this.#operations.values()];
    for (const operation of operations) this.delete(operation);
    this.#withdrawn.clear();
    return operations;
  }
}
