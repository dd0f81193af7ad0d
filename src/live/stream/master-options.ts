/** What the master of a stream declares when it opens it. */
import { ABOVE_ZERO, FROM_ZERO, requireOptions } from './require-options.ts';
import type { UpdateStore } from './update-store.ts';

export interface OpenStreamOptions {
  /** Ranks of the clients: all others of the communicator by default, all remote ones of an intercommunicator. */
  readonly clients?: readonly number[];
  /** A client that gives no sign of life for so many milliseconds is reported as silent: 5000 by default; none ever is with Infinity. */
  readonly silentMs?: number;
  /** Whether runs, and the end of the loop over events, wait for silent clients: true by default. */
  readonly silentHoldsRun?: boolean;
  /** Everything goes there, before the program sees it. The first one's word counts as stored; the master closes them. */
  readonly stores?: readonly UpdateStore[];
  /** Longer messages are refused: 1 GiB by default. */
  readonly messageBytesMax?: number;
  /** Free memory that is kept for further updates: 64 MiB by default. */
  readonly poolBytesMax?: number;
  /** Released updates are detached, so that a view that is used too late shows itself. For tests. */
  readonly checked?: boolean;
  /** First of the two tags that are used on communicators: 7300 by default. */
  readonly tag?: number;
  /** Milliseconds since 1970; the system's clock by default. */
  readonly now?: () => number;
}

/** @throws {MPIError} MPI_ERR_ARG where a number among them is out of bounds. */
export function requireMasterOptions(options: OpenStreamOptions): void {
  requireOptions(options, { silentMs: ABOVE_ZERO, messageBytesMax: ABOVE_ZERO, poolBytesMax: FROM_ZERO });
}
