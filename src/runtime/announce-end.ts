/** Tells whoever has to do with a rank that its process has ended: on its job's board, and by waking them. */
import { constants } from 'node:os';
import { RankState } from '../pmi/job-board.ts';
import { tellWatchers } from '../transport/shared-memory/watchers.ts';
import type { RankOutcome } from './job-cause.ts';
import type { JobGround } from './job-ground.ts';

export function announceEnd({ libc, segment }: JobGround, rank: number, outcome: RankOutcome): void {
  const endedWell = outcome.kind === 'exited' && outcome.code === 0 && outcome.mpi !== 'running';
  segment.board.markEnded(rank, {
    state: endedWell ? RankState.ENDED : RankState.FAILED,
    exitCode: outcome.kind === 'exited' ? outcome.code : 0,
    signal: outcome.kind === 'killed' ? constants.signals[outcome.signal] : 0,
  });
  segment.notifyAll();
  tellWatchers(libc, segment.directory);
}
