/** A ring that leads to this process: mapped when its writer has announced it, and read until the writer has ended. */
import { rmSync, unlinkSync } from 'node:fs';
import { processId, type ProcessId } from '../../model/process-id.ts';
import { isShortage } from '../../system/file-errors.ts';
import type { Libc } from '../../system/libc.ts';
import { openMappedFile, type MappedFile } from '../../system/mapped-file.ts';
import type { Frame } from '../../wire/frame.ts';
import type { Inbound, Reception } from '../transport.ts';
import type { JobSegment } from './job-segment.ts';
import type { KnownJobs } from './known-jobs.ts';
import { readRingHeader } from './ring-layout.ts';
import { RingReader } from './ring-reader.ts';

export interface IncomingRing {
  readonly index: number;
  readonly from: ProcessId;
  /** Of its writer, in its job. */
  readonly rank: number;
  /** Of its writer's job; null where that was over before this ring was mapped. */
  readonly segment: JobSegment | null;
  readonly file: MappedFile;
  readonly reader: RingReader;
  readonly inbound: Inbound;
  readonly deliver: (frame: Frame) => void;
  broken: boolean;
}

/**
 * Maps an announced ring; null where there is none, or nobody who could have written it. What was written counts also where its
 * writer's job is over by now. Throws where the system lacks something now (isShortage): then the ring stays as it is.
 */
export function openIncomingRing(
  libc: Libc,
  path: string,
  index: number,
  jobs: KnownJobs,
  reception: Reception,
): IncomingRing | null {
  let file: MappedFile | null = null;
  try {
    file = openMappedFile(libc, path);
    const { job, rank, ringBytes } = readRingHeader(file);
    const from = processId(job, rank);
    const segment = jobs.of(from)?.segment ?? null;
    if (rank < 0 || (segment === null && jobs.isInSight(job))) throw new Error(`${path} has no writer`);
    // Mapped by both from here on: the name is not needed any more, and a crash leaves nothing behind.
    unlinkSync(path);
    const inbound = reception(from);
    const reader = new RingReader(file, ringBytes);
    const deliver = (frame: Frame): void => inbound.frame(frame);
    return { index, from, rank, segment, file, reader, inbound, deliver, broken: false };
  } catch (error) {
    file?.close();
    if (isShortage(error)) throw error;
    // Not a ring, or gone: nobody is known who could be told, and nothing was read from it.
    if (file !== null) rmSync(path, { force: true });
    return null;
  }
}
