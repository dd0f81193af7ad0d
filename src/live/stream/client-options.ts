/** What a client declares when it connects to a stream. */
import { ABOVE_ZERO, requireOptions, WHOLE_FROM_ONE } from './require-options.ts';
import type { FullPolicy } from './send-queue.ts';

export interface ConnectStreamOptions {
  /** Rank of the master: 0 by default. On an intercommunicator in the remote group. */
  readonly master?: number;
  /** What the master and the page call this client: `rank 3` by default. */
  readonly name?: string;
  /** Updates that may wait here: 64 by default. */
  readonly queueLimit?: number;
  /** What happens to an update that finds the queue full: `'block'` by default. */
  readonly onFull?: FullPolicy;
  /** Updates that may be on their way, or unread at the master: 256 by default. */
  readonly credits?: number;
  /** Where so many bytes are on their way the next update waits as well: 16 MiB by default. */
  readonly creditBytes?: number;
  /** A sign of life is sent every so many milliseconds: 1000 by default; none with Infinity. */
  readonly heartbeatMs?: number;
  /** First of the two tags that are used on the communicator: 7300 by default. */
  readonly tag?: number;
  /** Milliseconds since 1970; the system's clock by default. */
  readonly now?: () => number;
}

/** How a client's stream stands. */
export interface ClientStreamStatistics {
  /** Updates issued, in all runs. */
  readonly issued: number;
  /** Of these: handed to MPI. */
  readonly sent: number;
  /** Of these: dropped by the declared policy. */
  readonly discarded: number;
  readonly queued: number;
  readonly credits: number;
  /** Updates that the master says it has stored durably; 0 where it stores nothing. */
  readonly stored: number;
}

/** @throws {MPIError} MPI_ERR_ARG where a number among them is out of bounds. */
export function requireClientOptions(options: ConnectStreamOptions): void {
  requireOptions(options, { credits: WHOLE_FROM_ONE, creditBytes: ABOVE_ZERO, heartbeatMs: ABOVE_ZERO });
}
