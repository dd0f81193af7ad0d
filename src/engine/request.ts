/** The public shapes of an operation under way and of what it tells about itself when it is done. */
import type { MPIError } from '../errors/mpi-error.ts';

/**
 * What a receive or a probe tells about a message (MPI_Status, MPI-4.1 §3.2.5).
 *
 * ```ts
 * const { source, tag, count } = await MPI.COMM_WORLD.recvInto(new Float64Array(10));
 * ```
 */
export interface Status {
  readonly source: number;
  readonly tag: number;
  /** Elements received, in units of the receiving buffer; bytes where there is none. */
  readonly count: number;
  readonly bytes: number;
  readonly cancelled: boolean;
  /** In the statuses of an MPI_ERR_IN_STATUS error: this operation's own error. */
  readonly error?: MPIError;
}

/** A received value with its envelope. */
export interface Message<T = unknown> {
  readonly data: T;
  readonly source: number;
  readonly tag: number;
}

/** How long an operation may wait. */
export interface WaitOptions {
  /** Rejects with the signal's reason, and withdraws the operation where it has not matched yet. */
  signal?: AbortSignal;
  /** Milliseconds; then rejects with MPI_ERR_TIMEOUT. No limit by default. */
  timeout?: number;
}

/**
 * An operation under way (MPI_Request, MPI-4.1 §3.7). It has started already; `await` it, ask it, or leave it:
 * dropping it never loses a message.
 *
 * ```ts
 * const request = MPI.COMM_WORLD.recv(0);
 * compute();
 * const { data } = await request;
 * ```
 */
export interface Request<T = void> extends PromiseLike<T> {
  readonly done: boolean;
  /** Makes progress; the result where complete, else undefined. Never blocks (MPI_Test). Throws where it failed. */
  test(): { value: T } | undefined;
  /** The status where complete, leaving the request as it is (MPI_Request_get_status). */
  status(): Status | undefined;
  /** Blocks the thread until complete (MPI_Wait). */
  waitSync(): T;
  /** Withdraws a receive that has not matched; true where it was withdrawn (MPI_Cancel). */
  cancel(): boolean;
  catch<R>(onrejected: (reason: unknown) => R | PromiseLike<R>): Promise<T | R>;
  finally(onfinally: () => void): Promise<T>;
}

/** The status of an operation that has none of its own: a send, a collective, nothing at all. */
export function emptyStatus(source: number, tag: number): Status {
  return { source, tag, count: 0, bytes: 0, cancelled: false };
}
