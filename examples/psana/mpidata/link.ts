/**
 * What `md` needs of a communicator, and no more: any communicator of MPI will do, and so will a stand-in in a test.
 */
import type { WaitOptions } from 'parley';

export interface Link {
  readonly rank: number;
  readonly size: number;
  send(data: Uint8Array | Uint32Array, dest: number, tag: number): PromiseLike<void>;
  recvInto(buffer: Uint32Array, source: number, tag: number): PromiseLike<unknown>;
  mprobe(source: number | undefined, tag: number, options: WaitOptions): PromiseLike<IncomingMessage>;
}

/** A message that was found and is to be received. */
export interface IncomingMessage {
  readonly source: number;
  readonly bytes: number;
  recvInto(buffer: Uint8Array): PromiseLike<unknown>;
}

/** Rank of the process that collects. */
export const MASTER = 0;

/** Clients to master: updates and what surrounds them. */
export const TAG_UPDATE = 1;
/** Master to clients: acknowledgements. */
export const TAG_ACKNOWLEDGEMENT = 2;

/** The code of a failed MPI operation, e.g. 'MPI_ERR_PROC_FAILED'; undefined for other errors. */
export function mpiErrorCode(error: unknown): string | undefined {
  if (!(error instanceof Error) || !('code' in error)) return undefined;
  return typeof error.code === 'string' ? error.code : undefined;
}

/** The ranks that an MPI_ERR_PROC_FAILED error names as newly dead. */
export function failedRanks(error: unknown): number[] {
  if (!(error instanceof Error) || !('failedRanks' in error) || !Array.isArray(error.failedRanks)) return [];
  return error.failedRanks.filter((rank): rank is number => typeof rank === 'number');
}
