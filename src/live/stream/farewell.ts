/** How a client's stream comes to its end, as its master says: in good order, or without all that was sent being kept, or before it began. */
import { MPIError } from '../../index.ts';
import { Deferred } from './deferred.ts';
import type { FeedbackMessage } from './wire-tags.ts';

export class Farewell {
  readonly #said = new Deferred();
  /** The master takes nothing of this stream, and never has. */
  #refusal: Error | null = null;

  /** Resolves when the master has said it. */
  get said(): Promise<void> {
    return this.#said.promise;
  }

  /** The reason why nothing goes any more; null where the master goes on. */
  hear({ farewell, notStored, closed, refused }: FeedbackMessage): Error | null {
    if (farewell === true) this.#take(notStored);
    if (closed === undefined) return null;
    const why = new MPIError('MPI_ERR_OTHER', `Cannot send on the stream any more: ${closed}`);
    if (refused === true) this.#refusal = why;
    return why;
  }

  fail(reason: Error): void {
    this.#said.reject(reason);
  }

  /** An end for this reason is none of the program's concern, since the master had its say; but not where it never had anything. */
  isQuiet(reason: unknown, failure: Error | null): boolean {
    return reason === failure && this.#refusal === null;
  }

  #take(notStored: unknown): void {
    if (typeof notStored !== 'string') return this.#said.resolve();
    const what = `Cannot close the stream in good order: its master has not stored all that was sent: ${notStored}`;
    this.#said.reject(new MPIError('MPI_ERR_IO', what));
  }
}
