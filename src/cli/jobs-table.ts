/**
 * The table of `parley ps`: a block for each job, a row for each rank.
 *
 *     job 3f0c9a12  started by parley run (pid 4240), 5 min 12 s ago
 *       rank 0  4251  app.ts  sleeping  waits 3.2 s for rank 1 in recv (tag 5, "MPI_COMM_WORLD") at app.ts:12
 *       rank 1  4252  app.ts  running   computes (does not wait)
 */
import { basename } from 'node:path';
import { jobOf, jobRankOf, type ProcessId } from '../model/process-id.ts';
import { findRank, isLiving, type JobView, type RankView } from '../runtime/job-survey.ts';
import { waitCircles } from '../runtime/wait-circles.ts';
import { formatAge } from './duration.ts';
import { activityText, circleText, type WaitWords } from './wait-text.ts';

const CIRCLE = 'a circle, in which nobody can go on';

export interface TableOptions {
  /** All that was seen: names come from there. */
  readonly all: readonly JobView[];
  /** Ranks that have ended, too. */
  readonly withEnded: boolean;
  /** Milliseconds since 1970. */
  readonly now: number;
  readonly directory: string;
}

export function jobsTable(jobs: readonly JobView[], options: TableOptions): string {
  const { all, now, directory } = options;
  const circles = circlesIn(jobs);
  const blocks = jobs.map((job) => {
    const nameHere = (process: ProcessId): string | null => nameOf(all, process, job.job);
    const own = circles.filter((circle) => circle.every((process) => jobOf(process) === job.job));
    return [
      headOf(job, now),
      ...rankLines(job, options, { nameOf: nameHere, now, directory }),
      ...own.map((circle) => `  ${CIRCLE}: ${circleText(circle, { nameOf: nameHere })}`),
    ].join('\n');
  });
  const between = circles.filter((circle) => new Set(circle.map(jobOf)).size > 1);
  const words = { nameOf: (process: ProcessId) => nameOf(all, process, '') };
  return [...blocks, ...between.map((circle) => `${CIRCLE}: ${circleText(circle, words)}`)].join('\n');
}

function rankLines(job: JobView, { withEnded }: TableOptions, words: WaitWords): string[] {
  // Of an agent all is said.
  if (job.kind === 'agent') return [];
  const ranks = withEnded ? job.ranks : job.ranks.filter(isLiving);
  const ended = job.ranks.length - ranks.length;
  const lines = rows(ranks, words);
  if (ended > 0) lines.push(`  ${String(ended)} of ${String(job.ranks.length)} ranks have ended (--all)`);
  return lines;
}

/** Of all jobs together: processes of several may wait for each other. */
export function circlesIn(jobs: readonly JobView[]): ProcessId[][] {
  return waitCircles(jobs.flatMap(({ ranks }) => ranks));
}

const shortJob = (job: string): string => job.slice(0, 8);

/** `rank 1`, with its job where that is not `here`; null where it was not seen. */
function nameOf(all: readonly JobView[], process: ProcessId, here: string): string | null {
  const found = findRank(all, process);
  if (found === null) return null;
  if (found.job.kind === 'agent') return 'the agent';
  const rank = `rank ${String(jobRankOf(process))}`;
  return jobOf(process) === here ? rank : `${rank} of job ${shortJob(jobOf(process))}`;
}

function headOf(job: JobView, now: number): string {
  const age = job.since === null ? '' : `, ${formatAge(now - job.since)} ago`;
  const left = job.alive ? '' : '; its owner is gone: "parley clean" removes what is left';
  return `job ${shortJob(job.job)}  ${originOf(job)}${age}${left}`;
}

function originOf({ kind, owner, parents, number }: JobView): string {
  const [parent] = parents;
  switch (kind) {
    case 'launched':
      return `started by parley run (pid ${String(owner.pid)})`;
    case 'single':
      return 'started by itself';
    case 'agent':
      return `agent (pid ${String(owner.pid)})`;
    case 'spawned': {
      if (parent === undefined) return `spawn ${String(number)}`;
      const ranks = parents.map(jobRankOf).slice(0, 4).join(', ');
      const some =
        parents.length === 1 ? `rank ${ranks}` : `ranks ${ranks}${parents.length > 4 ? ', …' : ''}`;
      return `spawned by ${some} of job ${shortJob(jobOf(parent))}`;
    }
  }
}

function rows(ranks: readonly RankView[], words: WaitWords): string[] {
  const cells = ranks.map((rank) => [
    `rank ${String(rank.rank)}`,
    rank.pid === null ? '-' : String(rank.pid),
    basename(rank.program),
    rank.cpu === 'stopped' ? 'STOPPED' : rank.cpu,
    stateText(rank, words),
  ]);
  const widths = [0, 1, 2, 3].map((column) => Math.max(...cells.map((row) => row[column]?.length ?? 0)));
  return cells.map((row) =>
    `  ${row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join('  ')}`.trimEnd(),
  );
}

function stateText({ state, cpu, waits }: RankView, words: WaitWords): string {
  switch (state) {
    case 'starting':
      return 'has not started MPI';
    case 'running':
      return activityText(waits, cpu, words);
    case 'finalised':
      return 'has left MPI';
    case 'ended':
    case 'failed':
      return state;
  }
}
