/** Who hears of what a process sees of its host, beside the frames of its peers. */
import type { JobMet } from './known-jobs.ts';

/** Who hears of what concerns jobs and not single processes. */
export interface TransportListeners {
  /** The board of a job that this process watches has changed. */
  readonly onBoardNews?: () => void;
  /** A process of another job is met for the first time. */
  readonly onJobMet?: JobMet;
  /** What nobody wakes a blocked thread for: it looks there before it sleeps, and again and again. */
  readonly whileBlocked?: Vigil;
}

/** A look that is taken now and then; it raises news in the mailbox where there are any. */
export interface Vigil {
  readonly look: () => void;
  readonly everyMs: number;
}
