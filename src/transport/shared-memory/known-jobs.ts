/**
 * The jobs whose processes this one talks to: its own, and others of the same user on this host, which are mapped when
 * the first of their processes is met, and let go when the last that was met has ended.
 */
import { dirname, join } from 'node:path';
import { MPIError } from '../../errors/mpi-error.ts';
import { jobOf, jobRankOf, type ProcessId } from '../../model/process-id.ts';
import { RankState } from '../../pmi/job-board.ts';
import { isAgent } from '../../pmi/job-description.ts';
import { agentOfJob, isJobRemoved } from '../../pmi/job-record.ts';
import { markLost } from '../../pmi/lost-ranks.ts';
import { isShortage } from '../../system/file-errors.ts';
import type { Libc } from '../../system/libc.ts';
import type { PeerEnd } from '../transport.ts';
import { type JobSegment, openJobSegment } from './job-segment.ts';
import { endOf } from './peer-end.ts';
import { unwatchJob, watchJob } from './watchers.ts';

/** A job in sight. */
export interface KnownJob {
  readonly job: string;
  readonly segment: JobSegment;
  /** Whose job it is; null for an agent itself. */
  readonly agent: string | null;
  /** Ranks whose end has not been told yet. */
  readonly awaited: Set<number>;
}

/** Is told of each job that is met, and of the agent that it belongs to; null for an agent itself. */
export type JobMet = (job: string, agent: string | null) => void;

/** A process that has ended. */
export interface EndedProcess {
  readonly id: ProcessId;
  readonly end: PeerEnd;
}

/** What is told of a process whose job's memory is gone: its agent would have said more. */
export const GONE: PeerEnd = { orderly: false, description: 'is gone, and its whole job with it' };
/** The same where the process itself has said in a ring that it left in good order. */
export const LEFT: PeerEnd = { orderly: true, description: 'has ended, and its whole job with it' };

export class KnownJobs {
  readonly #libc: Libc;
  readonly #base: string;
  readonly #self: ProcessId;
  readonly #jobs = new Map<string, KnownJob>();
  readonly #onMet: JobMet;
  /** Processes whose jobs were gone when they were first asked for. */
  #gone: ProcessId[] = [];
  /** Processes whose jobs could not be mapped for want of something; it is tried again. */
  #unmapped: ProcessId[] = [];
  /** Agents that were killed: what they have started may be met only afterwards. One each time that an agent of this process is killed. */
  readonly #lostAgents = new Set<string>();

  constructor(libc: Libc, self: ProcessId, own: JobSegment, onMet: JobMet = () => undefined) {
    this.#onMet = onMet;
    this.#libc = libc;
    this.#base = dirname(own.directory);
    this.#self = self;
    this.#jobs.set(jobOf(self), { job: jobOf(self), segment: own, agent: null, awaited: new Set() });
  }

  /** The job of a process; null where it is over, or the process none of its ranks. Throws where that cannot be known now. */
  of(id: ProcessId): KnownJob | null {
    const job = this.#jobs.get(jobOf(id)) ?? this.#meet(jobOf(id));
    return job !== null && jobRankOf(id) < job.segment.size ? job : null;
  }

  /** Whether this job has been met, and not let go yet. */
  isInSight(job: string): boolean {
    return this.#jobs.has(job);
  }

  /** From now on the end of this process will be told; true where there is something to tell already. */
  watch(id: ProcessId): boolean {
    let known: KnownJob | null;
    try {
      known = this.of(id);
    } catch {
      this.#unmapped.push(id);
      return false;
    }
    if (known === null) this.#gone.push(id);
    else known.awaited.add(jobRankOf(id));
    return known === null || hasEnded(known, jobRankOf(id));
  }

  /** Whether there are watched processes of which nothing can be known as yet: the next {@link takeEnded} looks again. */
  get lacksSome(): boolean {
    return this.#unmapped.length > 0;
  }

  /** The watched processes that have ended since the last call. */
  takeEnded(): EndedProcess[] {
    for (const id of this.#unmapped.splice(0)) this.watch(id);
    const ended: EndedProcess[] = this.#gone.map((id) => ({ id, end: GONE }));
    this.#gone = [];
    for (const known of this.#jobs.values()) {
      for (const rank of known.awaited) {
        if (!hasEnded(known, rank)) continue;
        known.awaited.delete(rank);
        ended.push({ id: `${known.job}.${String(rank)}`, end: endOf(known.segment.board, rank) });
      }
    }
    return ended;
  }

  /** An agent was killed: what it can say on no board any more stands there now. */
  agentLost(agent: string): void {
    this.#lostAgents.add(agent);
    for (const known of this.#jobs.values()) this.#markWhereLost(known);
  }

  /** Jobs of others that have been removed without a word: their ranks have ended before that. */
  markRemoved(): void {
    for (const { agent, awaited, segment } of this.#jobs.values()) {
      if (agent !== null && awaited.size > 0 && isJobRemoved(segment.directory)) markLost(segment.board);
    }
  }

  /** The jobs of others, and of other agents than that one. */
  ofOthers(agent: string): string[] {
    const others = [...this.#jobs.values()].filter((known) => known.agent !== null && known.agent !== agent);
    return others.map(({ job }) => job);
  }

  /** Lets go of the jobs of which nobody is left. Nothing of them may be used afterwards. */
  letGo(): void {
    for (const known of this.#jobs.values()) {
      if (known.job === jobOf(this.#self) || known.awaited.size > 0) continue;
      this.#jobs.delete(known.job);
      unwatchJob(known.segment.directory, this.#self);
      known.segment.close();
    }
  }

  close(): void {
    for (const known of this.#jobs.values()) {
      if (known.job === jobOf(this.#self)) continue;
      unwatchJob(known.segment.directory, this.#self);
      known.segment.close();
    }
    this.#jobs.clear();
  }

  #meet(job: string): KnownJob | null {
    const directory = join(this.#base, job);
    let segment: JobSegment | null = null;
    let known: KnownJob;
    try {
      segment = openJobSegment(this.#libc, directory);
      watchJob(directory, this.#self);
      known = { job, segment, agent: agentOfJob(directory), awaited: new Set() };
    } catch (error) {
      segment?.close();
      if (!isShortage(error)) return null;
      throw new MPIError(
        'MPI_ERR_NO_MEM',
        `Cannot map the memory of job ${job}: ${String((error as NodeJS.ErrnoException).code)}; close files, or allow more (ulimit -n)`,
        { cause: error },
      );
    }
    this.#jobs.set(job, known);
    const beingRemoved = known.agent === null && !isAgent(directory);
    if (beingRemoved) markLost(segment.board);
    else this.#markWhereLost(known);
    this.#onMet(job, known.agent);
    return known;
  }

  #markWhereLost({ job, agent, segment }: KnownJob): void {
    if (this.#lostAgents.has(agent ?? job)) markLost(segment.board);
  }
}

function hasEnded({ segment }: KnownJob, rank: number): boolean {
  const state = segment.board.stateOf(rank);
  return state === RankState.ENDED || state === RankState.FAILED;
}
