/**
 * The board of a job: one line of shared memory for each rank, on which the rank says how far it has come and the
 * agent says how it ended. State and not messages: it needs no queue, and a reader that looks late misses nothing.
 *
 *      line 0          magic | version | size | abort: rank + 1 | abort: code | ring bytes | ranks that are up
 *      line 1 + rank   state | exit code | signal | pid
 *
 * Whoever changes a line of another process rings its doorbell afterwards (transport/shared-memory).
 */
import { MPIError } from '../errors/mpi-error.ts';

const MAGIC = 0x7061_726c;
const VERSION = 3;
const LINE_WORDS = 16;
const RING_BYTES = 5;
const RANKS_UP = 6;

/** How far a rank has come. */
export const RankState = {
  /** Started, but MPI is not initialised there (yet). */
  NOT_STARTED: 0,
  RUNNING: 1,
  /** Has left MPI; its process may go on. */
  FINALIZED: 2,
  /** Its process has ended well. */
  ENDED: 3,
  /** Its process has ended with an error, by a signal, or without leaving MPI. */
  FAILED: 4,
} as const;
export type RankState = (typeof RankState)[keyof typeof RankState];

/** How a rank's process ended. */
export interface RankEnd {
  readonly state: typeof RankState.ENDED | typeof RankState.FAILED;
  readonly exitCode: number;
  /** Number of the signal that ended it, or 0. */
  readonly signal: number;
}

/** Size of the job whose board lies here; throws where none does. */
export function sizeOnBoard(memory: ArrayBuffer): number {
  const words = new Int32Array(memory, 0, LINE_WORDS);
  const size = words[2] ?? 0;
  if (words[0] === MAGIC && words[1] === VERSION && size > 0 && jobBoardBytes(size) <= memory.byteLength)
    return size;
  throw wrongVersion();
}

function wrongVersion(): MPIError {
  return new MPIError(
    'MPI_ERR_INTERN',
    'Cannot start MPI: the launcher of this job is of another version of parley',
  );
}

/** Bytes of the board of a job of `size` ranks. */
export function jobBoardBytes(size: number): number {
  return (1 + size) * LINE_WORDS * 4;
}

export class JobBoard {
  readonly #words: Int32Array;
  readonly size: number;

  /** On memory that {@link JobBoard.create} has written. */
  constructor(memory: ArrayBuffer, byteOffset: number, size: number) {
    this.#words = new Int32Array(memory, byteOffset, jobBoardBytes(size) / 4);
    this.size = size;
    if (this.#words[0] !== MAGIC || this.#words[1] !== VERSION || this.#words[2] !== size)
      throw wrongVersion();
  }

  /** Writes an empty board. */
  static create(memory: ArrayBuffer, byteOffset: number, size: number, ringBytes: number): JobBoard {
    const words = new Int32Array(memory, byteOffset, LINE_WORDS);
    words[1] = VERSION;
    words[2] = size;
    words[RING_BYTES] = ringBytes;
    Atomics.store(words, 0, MAGIC);
    return new JobBoard(memory, byteOffset, size);
  }

  stateOf(rank: number): RankState {
    return Atomics.load(this.#words, this.#line(rank)) as RankState;
  }

  exitCodeOf(rank: number): number {
    return Atomics.load(this.#words, this.#line(rank) + 1);
  }

  signalOf(rank: number): number {
    return Atomics.load(this.#words, this.#line(rank) + 2);
  }

  /** Payload bytes of each ring in the job. */
  get ringBytes(): number {
    return this.#words[RING_BYTES] ?? 0;
  }

  /** The rank itself: MPI is initialised here. True where it was the last one of the job. */
  markRunning(rank: number, pid: number): boolean {
    Atomics.store(this.#words, this.#line(rank) + 3, pid);
    Atomics.store(this.#words, this.#line(rank), RankState.RUNNING);
    return Atomics.add(this.#words, RANKS_UP, 1) + 1 === this.size;
  }

  /** Whether MPI has been initialised at every rank. */
  get isUp(): boolean {
    return Atomics.load(this.#words, RANKS_UP) === this.size;
  }

  /** The agent: this process was started as the rank, which may yet be another one behind it (a shell's program). */
  markStarted(rank: number, pid: number): void {
    Atomics.compareExchange(this.#words, this.#line(rank) + 3, 0, pid);
  }

  /** 0 where it was not started. */
  pidOf(rank: number): number {
    return Atomics.load(this.#words, this.#line(rank) + 3);
  }

  /** The rank itself: it has left MPI. */
  markFinalized(rank: number): void {
    Atomics.store(this.#words, this.#line(rank), RankState.FINALIZED);
  }

  /** The agent: the rank's process has ended. */
  markEnded(rank: number, end: RankEnd): void {
    const line = this.#line(rank);
    Atomics.store(this.#words, line + 1, end.exitCode);
    Atomics.store(this.#words, line + 2, end.signal);
    Atomics.store(this.#words, line, end.state);
  }

  /** A rank: end the whole job with this code. The first request counts. */
  requestAbort(rank: number, code: number): void {
    if (Atomics.load(this.#words, 3) !== 0) return;
    Atomics.store(this.#words, 4, code);
    Atomics.compareExchange(this.#words, 3, 0, rank + 1);
  }

  abortRequested(): { readonly rank: number; readonly code: number } | null {
    const rank = Atomics.load(this.#words, 3) - 1;
    return rank < 0 ? null : { rank, code: Atomics.load(this.#words, 4) };
  }

  #line(rank: number): number {
    if (!(rank >= 0 && rank < this.size))
      throw new RangeError(`no rank ${String(rank)} on a board of ${String(this.size)}`);
    return (1 + rank) * LINE_WORDS;
  }
}
