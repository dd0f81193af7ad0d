/**
 * The segment of a job: one file that holds its board, and a mailbox and a wait page for each rank, made by the agent before the
 * first rank starts, so that no rank ever waits for another one's start to write to it.
 *
 *     <directory>/segment     board | mailbox of rank 0 | … | wait page of rank 0 | …
 *     <directory>/bell-0 …    a named pipe for each rank: rung to wake it where it sleeps in its event loop
 *     <directory>/ring-…      the rings, made by the ranks when they first write to each other
 */
import { statfsSync } from 'node:fs';
import { join } from 'node:path';
import { MPIError } from '../../errors/mpi-error.ts';
import { JobBoard, jobBoardBytes, sizeOnBoard } from '../../pmi/job-board.ts';
import { WAIT_PAGE_BYTES, WaitPage } from '../../pmi/wait-page.ts';
import type { Libc } from '../../system/libc.ts';
import { createMappedFile, openMappedFile, type MappedFile } from '../../system/mapped-file.ts';
import { Doorbell } from './doorbell.ts';
import { BOARD_NEWS, Mailbox, MAILBOX_BYTES, Sleep } from './mailbox.ts';
import { RING_BYTES_MAX, RING_BYTES_MIN, ringFileBytes } from './ring-layout.ts';

/** What a process sees of a job on its host. */
export interface JobSegment {
  readonly directory: string;
  readonly size: number;
  readonly board: JobBoard;
  /** Payload bytes of each ring in this job. */
  readonly ringBytes: number;
  mailbox(rank: number): Mailbox;
  /** Where a rank says what it waits for. */
  waitPage(rank: number): WaitPage;
  /** Raises news in a rank's mailbox and wakes it where it sleeps. */
  notify(rank: number, ring: number): void;
  /** Wakes a rank if it sleeps. */
  wake(rank: number): void;
  /**
   * After a change of a board: lets a rank look at it. Wakes it also where it seems to be awake: a process that
   * was killed may have taken it upon itself to wake it, and died before it did.
   */
  notifyOfBoard(rank: number): void;
  /** The same for every rank. */
  notifyAll(): void;
  /** After the loss of a job of others: lets every rank look at the boards of those that it knows, and whether they are there. */
  notifyOfLostJobs(): void;
  /** Blocks the thread until `rank`, this process, is woken or the time is over. */
  sleep(rank: number, timeoutMs: number): void;
  bellPath(rank: number): string;
  close(): void;
}

export interface JobSegmentOptions {
  readonly directory: string;
  readonly size: number;
  /** A power of two; by default as much as the file system has room for, up to 2 MiB. */
  readonly ringBytes?: number;
}

const boardPages = (size: number): number => Math.ceil(jobBoardBytes(size) / 4096) * 4096;
const segmentBytes = (size: number): number => boardPages(size) + size * (MAILBOX_BYTES + WAIT_PAGE_BYTES);
const segmentPath = (directory: string): string => join(directory, 'segment');

/** The agent: makes a job's segment and doorbells in its directory. */
export function createJobSegment(libc: Libc, options: JobSegmentOptions): JobSegment {
  const { directory, size } = options;
  const bytes = segmentBytes(size);
  const ringBytes = options.ringBytes ?? ringBytesFor(directory, size, bytes);
  let file: MappedFile;
  try {
    file = createMappedFile(libc, segmentPath(directory), bytes);
  } catch (error) {
    throw isNoSpace(error) ? tooSmall(directory, size, bytes) : error;
  }
  JobBoard.create(file.memory, 0, size, ringBytes);
  const segment = segmentOn(libc, file, directory, size, ringBytes);
  for (let rank = 0; rank < size; rank++) libc.makeFifo(segment.bellPath(rank), 0o600);
  return segment;
}

/** A rank, or a process of a connected job: maps what the agent made. Throws ENOENT where the job is over. */
export function openJobSegment(libc: Libc, directory: string): JobSegment {
  const file = openMappedFile(libc, segmentPath(directory));
  try {
    const size = sizeOnBoard(file.memory);
    const { ringBytes } = new JobBoard(file.memory, 0, size);
    if (file.memory.byteLength < segmentBytes(size)) throw new Error(`${file.path} is cut off`);
    return segmentOn(libc, file, directory, size, ringBytes);
  } catch (error) {
    file.close();
    throw error;
  }
}

function segmentOn(
  libc: Libc,
  file: MappedFile,
  directory: string,
  size: number,
  ringBytes: number,
): JobSegment {
  const board = new JobBoard(file.memory, 0, size);
  const bellPath = (rank: number): string => join(directory, `bell-${String(rank)}`);
  const mailboxes = new Map<number, Mailbox>();
  const bells = new Map<number, Doorbell>();

  const mailbox = (rank: number): Mailbox => {
    let box = mailboxes.get(rank);
    if (box === undefined) {
      box = new Mailbox(file.memory, boardPages(size) + rank * MAILBOX_BYTES);
      mailboxes.set(rank, box);
    }
    return box;
  };
  const ringBell = (rank: number): void => {
    let bell = bells.get(rank);
    if (bell === undefined) {
      bell = new Doorbell(bellPath(rank));
      bells.set(rank, bell);
    }
    bell.ring();
  };
  const wake = (rank: number): void => {
    const box = mailbox(rank);
    const how = box.takeSleep();
    if (how === Sleep.AWAKE) return;
    if (how === Sleep.ON_FUTEX) libc.futexWake(file.pointer, box.sleepByteOffset);
    else ringBell(rank);
  };
  const notify = (rank: number, ring: number): void => {
    mailbox(rank).raiseNews(ring);
    wake(rank);
  };

  const notifyOfBoard = (rank: number): void => {
    const box = mailbox(rank);
    box.raiseNews(BOARD_NEWS);
    box.takeSleep();
    libc.futexWake(file.pointer, box.sleepByteOffset);
    ringBell(rank);
  };

  return {
    directory,
    size,
    board,
    ringBytes,
    mailbox,
    waitPage: (rank) =>
      new WaitPage(file.memory, boardPages(size) + size * MAILBOX_BYTES + rank * WAIT_PAGE_BYTES),
    notify,
    wake,
    notifyOfBoard,
    notifyAll() {
      for (let rank = 0; rank < size; rank++) notifyOfBoard(rank);
    },
    notifyOfLostJobs() {
      for (let rank = 0; rank < size; rank++) {
        mailbox(rank).tellOfLostJobs();
        notifyOfBoard(rank);
      }
    },
    sleep(rank, timeoutMs) {
      libc.futexWait(file.pointer, mailbox(rank).sleepByteOffset, Sleep.ON_FUTEX, timeoutMs);
    },
    bellPath,
    close() {
      for (const bell of bells.values()) bell.close();
      file.close();
    },
  };
}

/** Half of what is free, shared among all the rings that a job of this size may make. */
function ringBytesFor(directory: string, size: number, segmentBytes: number): number {
  const { bavail, bsize } = statfsSync(directory);
  const free = bavail * bsize;
  const rings = Math.max(1, size * (size - 1));
  const share = (free - segmentBytes) / 2 / rings;
  if (share < ringFileBytes(RING_BYTES_MIN)) throw tooSmall(directory, size, segmentBytes);
  let ringBytes = RING_BYTES_MAX;
  while (ringFileBytes(ringBytes) > share) ringBytes /= 2;
  return ringBytes;
}

function tooSmall(directory: string, size: number, segmentBytes: number): MPIError {
  const wanted = segmentBytes + 2 * size * (size - 1) * ringFileBytes(RING_BYTES_MIN);
  const { bavail, bsize } = statfsSync(directory);
  return new MPIError(
    'MPI_ERR_NO_SPACE',
    `Cannot make the shared memory of a job of ${String(size)} ranks in ${directory}: ${megabytes(bavail * bsize)} are free there ` +
      `and at least ${megabytes(wanted)} are wanted; remove what fills it, enlarge it (docker run --shm-size=1g), or name another directory in PARLEY_SHM_DIR`,
  );
}

const megabytes = (bytes: number): string => `${(bytes / 2 ** 20).toFixed(1)} MiB`;

const isNoSpace = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && error.code === 'ENOSPC';
