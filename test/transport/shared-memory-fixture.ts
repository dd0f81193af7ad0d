/** Several processes of one job, all of them in this one: a real segment in shared memory, and a transport for each. */
import { mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { processId } from '#model/process-id.js';
import { RankState } from '#pmi/job-board.js';
import { type Libc, loadLibc } from '#system/libc.js';
import { createJobSegment, openJobSegment } from '#transport/shared-memory/job-segment.js';
import { RING_BYTES_MIN } from '#transport/shared-memory/ring-layout.js';
import { SharedMemoryTransport } from '#transport/shared-memory/shared-memory-transport.js';
import type { TransportFixture, TransportWorld } from './transport-world.ts';

export const JOB = 'abcdef0123456789abcdef0123456789';
const SIGKILL = 9;

export interface SharedMemoryWorld extends TransportWorld {
  readonly directory: string;
}

/** A directory for a job's files, in memory. */
export function newJobDirectory(): string {
  return mkdtempSync(join(process.env['PARLEY_SHM_DIR'] ?? '/dev/shm', 'parley-test-'));
}

export function makeSharedMemoryWorld(
  processes: number,
  ringBytes: number,
  libc: Libc = loadLibc(),
): SharedMemoryWorld {
  const directory = newJobDirectory();
  const agent = createJobSegment(libc, { directory, size: processes, ringBytes });
  const segments = Array.from({ length: processes }, () => openJobSegment(libc, directory));
  return {
    directory,
    ids: segments.map((_, rank) => processId(JOB, rank)),
    transports: segments.map((segment, rank) => new SharedMemoryTransport(libc, segment, JOB, rank)),
    end(process, orderly) {
      const state = orderly ? RankState.ENDED : RankState.FAILED;
      agent.board.markEnded(process, { state, exitCode: 0, signal: orderly ? 0 : SIGKILL });
      agent.notifyAll();
    },
    close() {
      for (const segment of [...segments, agent]) segment.close();
      rmSync(directory, { recursive: true });
    },
  };
}

export function sharedMemoryFixture(ringBytes: number = RING_BYTES_MIN): TransportFixture {
  const libc = loadLibc();
  return {
    name: 'shared-memory',
    processesMax: Infinity,
    make: (processes) => makeSharedMemoryWorld(processes, ringBytes, libc),
  };
}
