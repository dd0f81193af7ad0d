/**
 * Barrier: nobody leaves before everybody has come; on an intercommunicator nobody leaves before everybody of the
 * other group has come (MPI-4.1 §6.3).
 */
import type { Steps } from '../../engine/task.ts';
import { type CollectiveEnds, isInter } from '../collective.ts';
import { isShort } from '../blocked.ts';
import { dissemination, disseminationBlocked } from './dissemination.ts';
import { interBarrier } from './inter-barrier.ts';

export function barrier(ends: CollectiveEnds): Steps<void> {
  return isInter(ends) ? interBarrier(ends) : dissemination(ends.local);
}

/** The same with the thread blocked; what is left to be done of it, null for nothing. */
export function barrierBlocked(ends: CollectiveEnds): Steps<void> | null {
  if (!isShort(ends, 0)) return barrier(ends);
  disseminationBlocked(ends.local);
  return null;
}
