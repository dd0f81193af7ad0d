/**
 * The end of ranks whose agent was killed, and which therefore nobody has written on their board: whoever learns of it does so
 * in the agent's place. Their processes end with their agent.
 */
import { type JobBoard, RankState } from './job-board.ts';

const SIGKILL = 9;

/** The ranks of which the board tells no end. */
export function livingRanks(board: JobBoard): number[] {
  return Array.from({ length: board.size }, (_, rank) => rank).filter((rank) => {
    const state = board.stateOf(rank);
    return state !== RankState.ENDED && state !== RankState.FAILED;
  });
}

/** Writes that they have ended: in good order where they had left MPI before. */
export function markLost(board: JobBoard): void {
  for (const rank of livingRanks(board)) {
    const orderly = board.stateOf(rank) === RankState.FINALIZED;
    if (orderly) board.markEnded(rank, { state: RankState.ENDED, exitCode: 0, signal: 0 });
    else board.markEnded(rank, { state: RankState.FAILED, exitCode: 0, signal: SIGKILL });
  }
}
