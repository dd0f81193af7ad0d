/**
 * Barrier: nobody leaves before everybody has come; on an intercommunicator nobody leaves before everybody of the
 * other group has come (MPI-4.1 §6.3).
 */
import type { Steps } from '../../engine/task.ts';
import { isShort } from '../blocked.ts';
import { type CollectiveEndpoint, type CollectiveEnds, isInter } from '../collective.ts';
import type { Algorithms } from '../tuning/algorithms.ts';
import { chooseAlgorithm } from '../tuning/choose-algorithm.ts';
import { dissemination, disseminationBlocked } from './dissemination.ts';
import { interBarrier } from './inter-barrier.ts';
import { spreadBarrier, spreadBarrierBlocked } from './spread-barrier.ts';

export function barrier(ends: CollectiveEnds): Steps<void> {
  if (isInter(ends)) return interBarrier(ends);
  const { local } = ends;
  return algorithmFor(local) === 'spread' ? spreadBarrier(local, local.nextTag()) : dissemination(local);
}

/** The same with the thread blocked; what is left to be done of it, null for nothing. */
export function barrierBlocked(ends: CollectiveEnds): Steps<void> | null {
  if (!isShort(ends, 0)) return barrier(ends);
  const { local } = ends;
  if (algorithmFor(local) === 'spread') spreadBarrierBlocked(local, local.nextTag());
  else disseminationBlocked(local);
  return null;
}

const algorithmFor = ({ peers, algorithms }: CollectiveEndpoint): Algorithms['barrier'] =>
  chooseAlgorithm('barrier', 0, peers.length, algorithms);
