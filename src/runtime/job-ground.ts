/** What a job stands on when its ranks start. */
import type { JobDirectory } from '../pmi/job-directory.ts';
import type { Libc } from '../system/libc.ts';
import type { JobSegment } from '../transport/shared-memory/job-segment.ts';
import type { Guard } from './guard.ts';
import type { JobStatus } from './job-report.ts';
import type { RankPlan } from './rank-process.ts';
import type { WarmPool } from './warm-pool.ts';

export interface JobGround {
  readonly libc: Libc;
  readonly directory: JobDirectory;
  readonly segment: JobSegment;
  readonly guard: Guard;
  readonly warm: WarmPool;
  readonly plans: readonly RankPlan[];
  /** The status of all jobs of the universe. */
  readonly everybody: () => JobStatus[];
}
