/** A send and a receive at once, which cannot deadlock (MPI-4.1 §3.10); the two envelopes have nothing in common. */
import type { Operation } from '../engine/operation.ts';
import { outcome, type Steps } from '../engine/task.ts';

/** Waits for both; the result is the receive's. */
export function* sendAndReceive<T>(sending: Operation<void>, receiving: Operation<T>): Steps<T> {
  yield* outcome(sending);
  return yield* outcome(receiving);
}
