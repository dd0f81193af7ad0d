/** `--status-file`: how a job ended, for programs. The exit code alone may be the launcher's or a rank's. */
import { writeFileSync } from 'node:fs';
import type { JobResult } from '../runtime/job-report.ts';

/** Writes the status of a job that was started. */
export function writeJobStatus(path: string, result: JobResult): void {
  const { job, exitCode, cause } = result;
  const rank = cause !== null && 'rank' in cause ? cause.rank : null;
  const status = rank === null ? undefined : result.ranks[rank];
  write(path, {
    cause: cause?.kind ?? 'success',
    exitCode,
    job,
    rank,
    pid: status?.pid ?? null,
    program: status?.program ?? null,
    code: cause !== null && 'code' in cause ? cause.code : null,
    signal: cause !== null && 'signal' in cause ? cause.signal : null,
    message: cause?.kind === 'notStarted' ? cause.reason : null,
  });
}

/** Writes the status of a job that could not be started. */
export function writeLaunchFailure(path: string, exitCode: number, message: string): void {
  write(path, {
    cause: 'notLaunched',
    exitCode,
    job: null,
    rank: null,
    pid: null,
    program: null,
    code: null,
    signal: null,
    message,
  });
}

function write(path: string, status: Readonly<Record<string, unknown>>): void {
  writeFileSync(path, `${JSON.stringify(status)}\n`);
}
