/** How a rank ended, as its agent has written it on the board. */
import { RankState, type JobBoard } from '../../pmi/job-board.ts';
import type { PeerEnd } from '../transport.ts';

export function endOf(board: JobBoard, rank: number): PeerEnd {
  const orderly = board.stateOf(rank) === RankState.ENDED;
  const signal = board.signalOf(rank);
  const description =
    signal === 0
      ? `ended with exit code ${String(board.exitCodeOf(rank))}`
      : `was ended by signal ${String(signal)}`;
  return { orderly, description };
}
