/** Makes the file of a ring that this process writes, in the directory of its reader's job. */
import { join } from 'node:path';
import { MPIError } from '../../errors/mpi-error.ts';
import { ProcessFailedError } from '../../errors/process-failed-error.ts';
import type { ProcessId } from '../../model/process-id.ts';
import type { Libc } from '../../system/libc.ts';
import { createMappedFile, type MappedFile } from '../../system/mapped-file.ts';
import { randomWords } from '../../system/random-words.ts';
import type { JobSegment } from './job-segment.ts';
import { ringName } from './mailbox.ts';
import { formatRing, ringFileBytes, type RingWriterIdentity } from './ring-layout.ts';

export interface OutgoingRing {
  readonly file: MappedFile;
  /** Its name in two words, as it is announced to the reader. */
  readonly name: readonly [number, number];
}

/** Throws what the system says where the directory is gone (ENOENT), else an MPIError. */
export function makeOutgoingRing(
  libc: Libc,
  { directory, ringBytes }: JobSegment,
  reader: number,
  writer: RingWriterIdentity,
): OutgoingRing {
  const [first = 0, second = 0] = randomWords(2);
  const name: readonly [number, number] = [first, second];
  const bytes = ringFileBytes(ringBytes);
  try {
    const file = createMappedFile(libc, join(directory, ringName(...name)), bytes);
    formatRing(file, ringBytes, writer);
    return { file, name };
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') throw error;
    throw new MPIError(
      'MPI_ERR_NO_MEM',
      `Cannot make ${String(bytes)} bytes of shared memory towards rank ${String(reader)} in ${directory}; ` +
        'make room there, or name another directory in PARLEY_SHM_DIR',
      { cause: error },
    );
  }
}

/** The error where there is no way to a process any more. */
export function jobOver(peer: ProcessId): ProcessFailedError {
  return new ProcessFailedError(`Cannot open a way to process ${peer}: its job is over`, []);
}
