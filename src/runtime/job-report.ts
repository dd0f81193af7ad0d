/** What an agent reports of a job while it runs and when it is over. */
import type { ProcessId } from '../model/process-id.ts';
import type { CpuState } from '../pmi/cpu-state.ts';
import type { SweptJob } from '../pmi/job-directory.ts';
import type { WaitReport } from '../pmi/wait-report.ts';
import type { JobCause, RankOutcome } from './job-cause.ts';

/** One rank, as the agent sees it. */
export interface RankStatus {
  readonly rank: number;
  /** What others call it where they wait for it. */
  readonly process: ProcessId;
  /** Null where it was never started. */
  readonly pid: number | null;
  readonly program: string;
  readonly state: 'withoutMpi' | 'running' | 'finalised' | RankOutcome;
  readonly cpu: CpuState;
  /** Null where it does not wait, or not long enough to be worth a word. */
  readonly waits: WaitReport | null;
}

/** A job of a universe. */
export interface JobStatus {
  /** Of a spawned job: which of the spawns it is, from 1 on; else 0. */
  readonly number: number;
  readonly ranks: readonly RankStatus[];
}

/** Something that a person who watches wants to know at once. */
export type JobReport =
  /** Files of agents that had been killed were removed. */
  | { readonly type: 'swept'; readonly jobs: readonly SweptJob[]; readonly directory: string }
  /** If this agent is killed now, its processes may survive it. */
  | { readonly type: 'guardLost'; readonly reason: string }
  /** Ctrl-C has asked the ranks to end. */
  | { readonly type: 'asked'; readonly alive: number }
  | { readonly type: 'timeLimit'; readonly limitMs: number; readonly jobs: readonly JobStatus[] }
  /** Somebody asked how far the ranks are. */
  | { readonly type: 'status'; readonly jobs: readonly JobStatus[] }
  /** A spawn has more processes than slots are free. */
  | {
      readonly type: 'oversubscribed';
      readonly slots: number;
      readonly running: number;
      readonly wanted: number;
    }
  /** A job that was spawned has failed after it was up. */
  | { readonly type: 'spawnedFailed'; readonly number: number; readonly result: JobResult }
  /** A rank has failed, and the job goes on without it. */
  | { readonly type: 'failed'; readonly cause: JobCause; readonly ranks: readonly RankStatus[] };

/** How a job ended. */
export interface JobResult {
  readonly job: string;
  /** What a shell should see. */
  readonly exitCode: number;
  /** What went wrong first; null where nothing has. */
  readonly cause: JobCause | null;
  /** The end of the error output of the rank that is to blame; empty where nobody is, or it said nothing. */
  readonly lastWords: string;
  /** Whether these are the last that was printed anyway, with nothing between or behind them. */
  readonly lastWordsStand: boolean;
  readonly ranks: readonly RankStatus[];
}
