/** How far one rank is, as its agent can tell without its help: by its process, the board, and its wait page. */
import { processId } from '../model/process-id.ts';
import { cpuStateOf } from '../pmi/cpu-state.ts';
import { type JobBoard, RankState } from '../pmi/job-board.ts';
import type { JobSegment } from '../transport/shared-memory/job-segment.ts';
import type { MpiProgress } from './job-cause.ts';
import type { RankLife } from './job-life.ts';
import type { RankStatus } from './job-report.ts';
import type { RankPlan } from './rank-process.ts';

const STATE_NAMES = { never: 'withoutMpi', running: 'running', finalised: 'finalised' } as const;

export function rankStatus(
  job: string,
  { rank, program }: RankPlan,
  life: RankLife | undefined,
  segment: JobSegment,
): RankStatus {
  const { pid, outcome } = life ?? { pid: null, outcome: null };
  const known = { rank, process: processId(job, rank), pid, program: program.name };
  // Where all have ended the board may be gone.
  if (outcome !== null) return { ...known, state: outcome, cpu: 'gone', waits: null };
  return {
    ...known,
    state: STATE_NAMES[mpiProgressOf(segment.board, rank)],
    cpu: pid === null ? 'gone' : cpuStateOf(pid),
    waits: segment.waitPage(rank).read().report,
  };
}

export function mpiProgressOf(board: JobBoard, rank: number): MpiProgress {
  switch (board.stateOf(rank)) {
    case RankState.RUNNING:
      return 'running';
    case RankState.FINALIZED:
      return 'finalised';
    default:
      return 'never';
  }
}
