/**
 * Barrier: nobody leaves before everybody has come; on an intercommunicator nobody leaves before everybody of the
 * other group has come (MPI-4.1 §6.3).
 */
import type { Steps } from '../../engine/task.ts';
import { isShort } from '../blocked.ts';
import { type CollectiveEndpoint, type CollectiveEnds, isInter } from '../collective.ts';
import type { Algorithms } from '../tuning/algorithms.ts';
import { chooseAlgorithm } from '../tuning/choose-algorithm.ts';
import { inCommon, inCommonBlocked, isForCommon, mayUseCommon } from '../common/in-common.ts';
import { commonBarrier, commonBarrierBlocked } from './common-barrier.ts';
import { dissemination, disseminationBlocked } from './dissemination.ts';
import { interBarrier } from './inter-barrier.ts';
import { spreadBarrier, spreadBarrierBlocked } from './spread-barrier.ts';

export function* barrier(ends: CollectiveEnds): Steps<void> {
  if (isInter(ends)) return yield* interBarrier(ends);
  const { local } = ends;
  const tag = local.nextTag();
  if (isForCommon(local, 'barrier', 0, tag)) {
    if (yield* inCommon(local, (memory) => commonBarrier(local, memory, tag))) return;
  }
  yield* algorithmFor(local) === 'spread' ? spreadBarrier(local, tag) : dissemination(local, tag);
}

/** The same with the thread blocked; what is left to be done of it, null for nothing. */
export function barrierBlocked(ends: CollectiveEnds): Steps<void> | null {
  const { local } = ends;
  if (!isShort(ends, 0)) return barrier(ends);
  if (mayUseCommon(local, 'barrier', 0)) {
    return inCommonBlocked(local, null, commonBarrierBlocked) ? null : barrier(ends);
  }
  const tag = local.nextTag();
  if (algorithmFor(local) === 'spread') spreadBarrierBlocked(local, tag);
  else disseminationBlocked(local, tag);
  return null;
}

const algorithmFor = ({ peers, algorithms }: CollectiveEndpoint): Algorithms['barrier'] =>
  chooseAlgorithm('barrier', 0, peers.length, algorithms);
