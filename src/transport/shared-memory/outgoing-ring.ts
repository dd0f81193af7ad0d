/** Makes the file of a ring that this process writes, in the directory of its reader's job. */
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { MPIError } from '../../errors/mpi-error.ts';
import { ProcessFailedError } from '../../errors/process-failed-error.ts';
import type { ProcessId } from '../../model/process-id.ts';
import type { Libc } from '../../system/libc.ts';
import { createMappedFile, type MappedFile } from '../../system/mapped-file.ts';
import { randomWords } from '../../system/random-words.ts';
import type { JobSegment } from './job-segment.ts';
import { ringName } from './mailbox.ts';
import { isGone } from './peer-process.ts';
import { formatRing, ringFileBytes, type RingWriterIdentity } from './ring-layout.ts';

/** What stands in the way of a ring. */
interface Refusal {
  readonly why: 'no number' | 'no room';
  readonly cause?: unknown;
}

/** How often claims of dead processes may be found in the way of one ring, or its own be taken for one. */
const ATTEMPTS_MAX = 3;

export interface OutgoingRing {
  readonly file: MappedFile;
  /** Its number in the reader's mailbox. */
  readonly index: number;
}

/**
 * Claims a number, makes the file and announces it; `prepare` sees it before that. Throws what the system says where the directory is
 * gone (ENOENT), else an MPIError.
 */
export function makeOutgoingRing(
  libc: Libc,
  segment: JobSegment,
  reader: number,
  writer: RingWriterIdentity,
  prepare: (file: MappedFile) => void,
): OutgoingRing {
  const mailbox = segment.mailbox(reader);
  for (let attempt = 1; ; attempt++) {
    const ring = tryToMake(libc, segment, reader, writer);
    if ('why' in ring) {
      // Who was killed in the midst of this has left what it had claimed, and perhaps made.
      const leftover = mailbox.takeDeadClaims(isGone);
      for (const name of leftover) rmSync(join(segment.directory, name), { force: true });
      if (leftover.length === 0 || attempt === ATTEMPTS_MAX) throw cannotMake(segment, reader, ring);
      continue;
    }
    prepare(ring.file);
    if (mailbox.announceRing(ring.index, process.pid)) return ring;
    // Somebody from where process ids mean others has taken this one for dead.
    ring.file.close();
    rmSync(ring.file.path, { force: true });
    if (attempt === ATTEMPTS_MAX) throw cannotMake(segment, reader, { why: 'no number' });
  }
}

function tryToMake(
  libc: Libc,
  segment: JobSegment,
  reader: number,
  writer: RingWriterIdentity,
): OutgoingRing | Refusal {
  const [first = 0, second = 0] = randomWords(2);
  const { directory, ringBytes } = segment;
  const mailbox = segment.mailbox(reader);
  const index = mailbox.claimRing(writer.rank, process.pid, [first, second]);
  if (index < 0) return { why: 'no number' };
  try {
    const file = createMappedFile(libc, join(directory, ringName(first, second)), ringFileBytes(ringBytes));
    formatRing(file, ringBytes, writer);
    return { file, index };
  } catch (error) {
    mailbox.releaseRing(index);
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') throw error;
    return { why: 'no room', cause: error };
  }
}

function cannotMake({ directory, ringBytes }: JobSegment, reader: number, { why, cause }: Refusal): MPIError {
  const towards = `rank ${String(reader)}`;
  return new MPIError(
    'MPI_ERR_NO_MEM',
    why === 'no number'
      ? `Cannot open a way to ${towards}: too many processes write to it already`
      : `Cannot make ${String(ringFileBytes(ringBytes))} bytes of shared memory towards ${towards} in ${directory}; ` +
          'make room there, or name another directory in PARLEY_SHM_DIR',
    cause === undefined ? {} : { cause },
  );
}

/** The error where there is no way to a process any more. */
export function jobOver(peer: ProcessId): ProcessFailedError {
  return new ProcessFailedError(`Cannot open a way to process ${peer}: its job is over`, []);
}
