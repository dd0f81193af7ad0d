/**
 * Barrier: nobody leaves before everybody has come; on an intercommunicator nobody leaves before everybody of the
 * other group has come (MPI-4.1 §6.3).
 */
import type { Steps } from '../../engine/task.ts';
import { type CollectiveEnds, isInter } from '../collective.ts';
import { dissemination } from './dissemination.ts';
import { interBarrier } from './inter-barrier.ts';

export function barrier(ends: CollectiveEnds): Steps<void> {
  return isInter(ends) ? interBarrier(ends) : dissemination(ends.local);
}
