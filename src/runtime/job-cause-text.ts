/** What made a job fail, in a sentence that names the rank. */
import { basename } from 'node:path';
import type { JobCause } from './job-cause.ts';
import type { RankStatus } from './job-report.ts';

export function causeText(cause: JobCause, ranks: readonly RankStatus[]): string {
  const who = 'rank' in cause ? nameIn(ranks, cause.rank) : '';
  switch (cause.kind) {
    case 'exited':
      return `${who} exited with code ${cause.code}`;
    case 'killed':
      return `${who} was killed by ${cause.signal}`;
    case 'notFinalised':
      return `${who} ended with code 0 in the middle of MPI; return from the program, or call process.exit()`;
    case 'withoutMpi':
      return `${who} ended without starting MPI, and other ranks have started it: does it import 'parley'?`;
    case 'abort':
      return `${who} aborted the job with code ${cause.code}`;
    case 'abortOfOthers':
      return `a process of a connected job has aborted this one, too, with code ${cause.code}`;
    case 'notStarted':
      return `cannot start ${who}: ${cause.reason}`;
    case 'timeLimit':
      return 'the time limit is reached';
    case 'interrupted':
      return 'interrupted';
    case 'terminated':
      return `ended by ${cause.signal}`;
    case 'outputLost':
      return `cannot write to the standard output (${cause.code})`;
  }
}

function nameIn(ranks: readonly RankStatus[], rank: number): string {
  const status = ranks[rank];
  return status === undefined ? `rank ${rank}` : rankName(status);
}

export function rankName({ rank, pid, program }: RankStatus): string {
  return pid === null
    ? `rank ${rank} (${basename(program)})`
    : `rank ${rank} (pid ${pid}, ${basename(program)})`;
}
