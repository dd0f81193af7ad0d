/**
 * What runs on this host, as anybody of the same user can see it: the job directories, their boards and wait pages, and
 * /proc. Nobody is asked and nobody disturbed; jobs may come and go meanwhile, and are then seen or not.
 */
import { jobOf, processId, type ProcessId } from '../model/process-id.ts';
import { type CpuState, cpuStateOf } from '../pmi/cpu-state.ts';
import { RankState } from '../pmi/job-board.ts';
import { type JobKind, programOfRank, readJobDescription } from '../pmi/job-description.ts';
import type { JobDescription } from '../pmi/job-description.ts';
import { type JobDirectory, jobDirectoriesIn, readOwner } from '../pmi/job-directory.ts';
import { agentOfJob } from '../pmi/job-record.ts';
import { readParentRecord } from '../pmi/parent-file.ts';
import { currentPlace, processLife, type ProcessIdentity } from '../pmi/process-identity.ts';
import type { WaitReport } from '../pmi/wait-report.ts';
import type { Libc } from '../system/libc.ts';
import { type JobSegment, openJobSegment } from '../transport/shared-memory/job-segment.ts';

/** One rank of a job. */
export interface RankView {
  readonly rank: number;
  readonly process: ProcessId;
  /** Null where it is not known yet. */
  readonly pid: number | null;
  /** As its user has named it; '' where that is not known. */
  readonly program: string;
  readonly args: string;
  readonly state: 'starting' | 'running' | 'finalised' | 'ended' | 'failed';
  readonly cpu: CpuState;
  /** Null where it does not wait. */
  readonly waits: WaitReport | null;
}

/** A job, or an agent, which is a job of one. */
export interface JobView {
  readonly job: string;
  readonly kind: JobKind;
  /** Of a spawned job: which of its agent's spawns it is, from 1 on; else 0. */
  readonly number: number;
  /** Milliseconds since 1970; null where that is not known. */
  readonly since: number | null;
  /** Identity of its agent; null for an agent. */
  readonly agent: string | null;
  /** Who answers for it: the agent's process, or that of the only rank. */
  readonly owner: ProcessIdentity;
  /** False where the owner is gone: then nothing is to be expected of it any more. */
  readonly alive: boolean;
  /** Who has spawned it; empty where nobody has. */
  readonly parents: readonly ProcessId[];
  readonly ranks: readonly RankView[];
}

const STATES: Readonly<Record<RankState, RankView['state']>> = {
  [RankState.NOT_STARTED]: 'starting',
  [RankState.RUNNING]: 'running',
  [RankState.FINALIZED]: 'finalised',
  [RankState.ENDED]: 'ended',
  [RankState.FAILED]: 'failed',
};

/** All jobs under `base`, the longest running first. */
export function surveyJobs(libc: Libc, base: string): JobView[] {
  const views = jobDirectoriesIn(base).flatMap((directory) => viewOf(libc, directory) ?? []);
  return views.sort((a, b) => (a.since ?? 0) - (b.since ?? 0) || (a.job < b.job ? -1 : 1));
}

/** Null where the job has just ended, or is only being made. */
function viewOf(libc: Libc, { job, path }: JobDirectory): JobView | null {
  const owner = readOwner(path);
  const description = readJobDescription(path);
  if (owner === null || description === null) return null;
  const alive = processLife(owner, currentPlace()) !== 'dead';
  const { kind, number, since } = description;
  const known = { job, kind, number, since, owner, alive, agent: agentOfJob(path) };
  let segment: JobSegment;
  try {
    segment = openJobSegment(libc, path);
  } catch {
    return null;
  }
  try {
    const ranks = Array.from({ length: segment.size }, (_, rank) => rankOf(segment, description, job, rank));
    return { ...known, parents: kind === 'spawned' ? parentsOf(path) : [], ranks };
  } finally {
    segment.close();
  }
}

function rankOf(segment: JobSegment, description: JobDescription, job: string, rank: number): RankView {
  const { board } = segment;
  const state = STATES[board.stateOf(rank)] as RankView['state'] | undefined;
  const pid = board.pidOf(rank);
  const over = state === 'ended' || state === 'failed';
  const program = programOfRank(description, rank);
  return {
    rank,
    process: processId(job, rank),
    pid: pid > 0 ? pid : null,
    program: program?.program ?? '',
    args: program?.args ?? '',
    state: state ?? 'failed',
    cpu: over || pid <= 0 ? 'gone' : cpuStateOf(pid),
    waits: over ? null : segment.waitPage(rank).read().report,
  };
}

function parentsOf(path: string): readonly ProcessId[] {
  try {
    return readParentRecord(path).parents;
  } catch {
    return [];
  }
}

/** The jobs that have not ended, without agents. */
export function livingJobs(views: readonly JobView[]): JobView[] {
  return views.filter(({ kind, alive, ranks }) => kind !== 'agent' && alive && ranks.some(isLiving));
}

export const isLiving = ({ state }: RankView): boolean => state !== 'ended' && state !== 'failed';

/** Finds what a process is among all that were seen. */
export function findRank(
  views: readonly JobView[],
  process: ProcessId,
): { job: JobView; rank: RankView } | null {
  const job = views.find((view) => view.job === jobOf(process));
  const rank = job?.ranks.find((view) => view.process === process);
  return job === undefined || rank === undefined ? null : { job, rank };
}
