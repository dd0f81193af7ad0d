/**
 * How far the ranks of a universe are, row by row, for `Ctrl-\` and a time limit that is reached:
 *
 *     rank 0 (pid 4251, app.ts): waits 3.2 s for rank 1 in recv (tag 5, "MPI_COMM_WORLD") at app.ts:12
 *     rank 1 (pid 4252, app.ts): computes (does not wait)
 *   they wait in a circle: …
 */
import type { ProcessId } from '../model/process-id.ts';
import { rankName } from '../runtime/job-cause-text.ts';
import type { RankOutcome } from '../runtime/job-cause.ts';
import type { JobStatus, RankStatus } from '../runtime/job-report.ts';
import { waitCircles } from '../runtime/wait-circles.ts';
import { activityText, circleText, type WaitWords } from './wait-text.ts';

/** Ranks listed one by one. */
const LISTED_MAX = 64;
const CIRCLES_MAX = 8;

export function statusRows(
  jobs: readonly JobStatus[],
  now: number = Date.now(),
  directory: string = process.cwd(),
): string {
  const names = new Map<ProcessId, string>();
  for (const { number, ranks } of jobs) {
    for (const { rank, process } of ranks)
      names.set(process, number === 0 ? `rank ${rank}` : `rank ${rank} of spawned job ${number}`);
  }
  const words: WaitWords = { nameOf: (process) => names.get(process) ?? null, now, directory };
  const rows: string[] = [];
  for (const { number, ranks } of jobs) {
    if (number > 0) rows.push(`\n  spawned job ${number}:`);
    rows.push(...jobRows(ranks, number > 0 ? '    ' : '  ', words));
  }
  const circles = waitCircles(jobs.flatMap(({ ranks }) => ranks));
  for (const circle of circles.slice(0, CIRCLES_MAX))
    rows.push(`\n  a circle, in which nobody can go on: ${circleText(circle, words)}`);
  return rows.join('');
}

function jobRows(ranks: readonly RankStatus[], indent: string, words: WaitWords): string[] {
  const rows = ranks
    .slice(0, LISTED_MAX)
    .map((status) => `\n${indent}${rankName(status)}: ${stateText(status, words)}`);
  const more = ranks.length - LISTED_MAX;
  if (more > 0) rows.push(`\n${indent}… and ${more} other rank${more === 1 ? '' : 's'}`);
  return rows;
}

function stateText({ state, cpu, waits }: RankStatus, words: WaitWords): string {
  switch (state) {
    case 'withoutMpi':
      return `${cpu === 'stopped' ? 'stopped (SIGSTOP, or a debugger)' : 'runs'}, and has not started MPI`;
    case 'running':
      return activityText(waits, cpu, words);
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
