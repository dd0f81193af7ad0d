/**
 * Jobs of other agents that processes of this one are connected to. Their own agent tells of the ends of their processes;
 * should that be killed, its processes die with it, and this agent says so in its place. A process that was started by itself
 * outlives its agent: it is watched itself.
 */
import { join } from 'node:path';
import { hasAlivePipe, watchAlivePipe } from '../pmi/alive-pipe.ts';
import { agentOfJob } from '../pmi/job-record.ts';
import { livingRanks, markLost } from '../pmi/lost-ranks.ts';
import { isShortage } from '../system/file-errors.ts';
import type { Libc } from '../system/libc.ts';
import { type JobSegment, openJobSegment } from '../transport/shared-memory/job-segment.ts';

const JOB_NAME = /^[0-9a-f]{32}$/;
/** Jobs that are watched at a time; beyond it their agents' word alone counts. */
const JOBS_MAX = 10_000;
/** When to try again to watch a job for which the system lacked something. */
const AGAIN_MS = 1000;

interface ForeignJob {
  readonly segment: JobSegment;
  readonly stop: () => void;
}

export class ForeignJobs {
  readonly #libc: Libc;
  readonly #base: string;
  readonly #ownAgent: string;
  readonly #onLost: () => void;
  readonly #jobs = new Map<string, ForeignJob>();
  /** Jobs that could not be looked at. */
  readonly #postponed = new Set<string>();
  #again: NodeJS.Timeout | null = null;

  /** `onLost` is called after the board of a lost job says so, or where there is none any more. */
  constructor(libc: Libc, base: string, ownAgent: string, onLost: () => void) {
    this.#libc = libc;
    this.#base = base;
    this.#ownAgent = ownAgent;
    this.#onLost = onLost;
  }

  /** Watches a job from now on, unless it is one of this agent's. */
  watch(job: unknown): void {
    if (typeof job !== 'string' || !JOB_NAME.test(job) || this.#jobs.has(job)) return;
    this.#forgetOver();
    if (this.#jobs.size + this.#postponed.size >= JOBS_MAX) return;
    const directory = join(this.#base, job);
    let agent: string | null;
    let segment: JobSegment | null = null;
    try {
      agent = agentOfJob(directory);
      if (agent === this.#ownAgent) return;
      if (agent !== null) segment = openJobSegment(this.#libc, directory);
    } catch (error) {
      if (isShortage(error)) {
        this.#postpone(job);
        return;
      }
      agent = null;
    }
    if (agent === null || segment === null) {
      // Whoever has met it did so while it was there; since then nobody may have been left to tell of its end.
      this.#onLost();
      return;
    }
    const holder = hasAlivePipe(directory) ? directory : join(this.#base, agent);
    const foreign = { segment, stop: watchAlivePipe(holder, () => this.#lost(job, foreign)) };
    this.#jobs.set(job, foreign);
  }

  close(): void {
    if (this.#again !== null) clearTimeout(this.#again);
    this.#postponed.clear();
    for (const { segment, stop } of this.#jobs.values()) {
      stop();
      segment.close();
    }
    this.#jobs.clear();
  }

  /** For want of descriptors, say, of which there may be some later. */
  #postpone(job: string): void {
    this.#postponed.add(job);
    this.#again ??= setTimeout(() => {
      this.#again = null;
      const jobs = [...this.#postponed];
      this.#postponed.clear();
      for (const one of jobs) this.watch(one);
    }, AGAIN_MS).unref();
  }

  #lost(job: string, foreign: ForeignJob): void {
    if (this.#jobs.get(job) !== foreign) return;
    const { segment } = foreign;
    markLost(segment.board);
    this.#onLost();
    this.#jobs.delete(job);
    segment.close();
  }

  #forgetOver(): void {
    for (const [job, { segment, stop }] of this.#jobs) {
      if (livingRanks(segment.board).length > 0) continue;
      stop();
      segment.close();
      this.#jobs.delete(job);
    }
  }
}
