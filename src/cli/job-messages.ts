/** What `parley run` says on the error output: plain sentences that name the rank, and begin with `parley: `. */
import { basename } from 'node:path';
import type { JobCause, RankOutcome } from '../runtime/job-cause.ts';
import type { JobReport, JobResult, RankStatus } from '../runtime/job-report.ts';
import { formatDuration } from './duration.ts';

/** Ranks listed one by one in a message. */
const LISTED_MAX = 64;

/** The lines for something that happens while the job runs. */
export function reportMessage(report: JobReport): string {
  switch (report.type) {
    case 'swept': {
      const pids = report.jobs.flatMap(({ pid }) => pid ?? []).join(', ');
      return `parley: removed from ${report.directory} what killed jobs have left there${pids === '' ? '' : ` (launcher ${pids})`}`;
    }
    case 'guardLost':
      return `parley: the guard is gone (${report.reason}): if this launcher is killed by SIGKILL, clean up by hand`;
    case 'asked':
      return `parley: asked ${countOf(report.alive, 'running rank')} to end; press Ctrl-C again to kill`;
    case 'timeLimit':
      return `parley: the time limit of ${formatDuration(report.limitMs)} is reached; ending the job:${rankRows(report.ranks)}`;
    case 'status':
      return `parley: the ranks of this job:${rankRows(report.ranks)}`;
    case 'failed':
      return `parley: ${causeText(report.cause, report.ranks)}; the others go on (--keep-going)`;
  }
}

/** The last lines about a job that failed; null where nothing needs to be said. */
export function resultMessage(result: JobResult): string | null {
  const { cause, lastWords, lastWordsStand } = result;
  if (cause === null || cause.kind === 'interrupted' || cause.kind === 'timeLimit') return null;
  if (cause.kind === 'outputLost' && cause.code === 'EPIPE') return null;
  const text = `parley: ${causeText(cause, result.ranks)}`;
  return lastWords !== '' && !lastWordsStand ? `${text}; its last words:\n${lastWords}` : text;
}

function rankRows(ranks: readonly RankStatus[]): string {
  const rows = ranks
    .slice(0, LISTED_MAX)
    .map((status) => `\n  ${rankName(status)}: ${stateText(status.state)}`);
  const more = ranks.length - LISTED_MAX;
  if (more > 0) rows.push(`\n  … and ${countOf(more, 'other rank')}`);
  return rows.join('');
}

function causeText(cause: JobCause, ranks: readonly RankStatus[]): string {
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

function rankName({ rank, pid, program }: RankStatus): string {
  return pid === null
    ? `rank ${rank} (${basename(program)})`
    : `rank ${rank} (pid ${pid}, ${basename(program)})`;
}

function stateText(state: 'withoutMpi' | 'running' | 'finalised' | RankOutcome): string {
  switch (state) {
    case 'withoutMpi':
      return 'runs, and has not started MPI';
    case 'running':
      return 'runs, with MPI';
    case 'finalised':
      return 'runs, and has left MPI';
    default:
      return outcomeText(state);
  }
}

function outcomeText(outcome: RankOutcome): string {
  switch (outcome.kind) {
    case 'exited':
      return `exited with code ${outcome.code}`;
    case 'killed':
      return `was killed by ${outcome.signal}`;
    case 'notStarted':
      return 'was not started';
  }
}

function countOf(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}
