/**
 * Who outside a job wants to know of its board: a file in the job's directory for each, named after the process that
 * watches. Whoever changes the board for others to see (its agent; the last rank that comes up) tells them all. A process
 * that watches a board that is already as it wants it finds out by looking after it has registered.
 *
 *     <base>/<job>/watch-<job of the watcher>.<rank of the watcher>
 */
import { closeSync, openSync, readdirSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { jobOf, jobRankOf, type ProcessId } from '../../model/process-id.ts';
import type { Libc } from '../../system/libc.ts';
import { type JobSegment, openJobSegment } from './job-segment.ts';

const PREFIX = 'watch-';
const NAME = /^watch-(?<id>[0-9a-f]{32}\.\d+)$/;

/** Registers a process with a job; throws ENOENT where the job is over. */
export function watchJob(directory: string, watcher: ProcessId): void {
  closeSync(openSync(join(directory, PREFIX + watcher), 'w', 0o600));
}

export function unwatchJob(directory: string, watcher: ProcessId): void {
  rmSync(join(directory, PREFIX + watcher), { force: true });
}

/** Lets every process that watches a job look at its board. */
export function tellWatchers(libc: Libc, directory: string): void {
  const watchers = new Map<string, ProcessId[]>();
  for (const name of namesIn(directory)) {
    const id = NAME.exec(name)?.groups?.['id'];
    if (id === undefined) continue;
    const job = watchers.get(jobOf(id));
    if (job === undefined) watchers.set(jobOf(id), [id]);
    else job.push(id);
  }
  for (const [job, ids] of watchers) {
    const segment = openOrNull(libc, join(dirname(directory), job));
    for (const id of ids) {
      const rank = jobRankOf(id);
      if (segment !== null && rank < segment.size) segment.notifyOfBoard(rank);
      else unwatchJob(directory, id);
    }
    segment?.close();
  }
}

function namesIn(directory: string): string[] {
  try {
    return readdirSync(directory);
  } catch {
    return []; // The job is over, and its directory gone.
  }
}

function openOrNull(libc: Libc, directory: string): JobSegment | null {
  try {
    return openJobSegment(libc, directory);
  } catch {
    return null;
  }
}
