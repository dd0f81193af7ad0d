/**
 * One communicator of both groups of an intercommunicator, one after the other (MPI_Intercomm_merge, MPI-4.1 §7.6.2):
 * the group that says `high` comes second; where both say the same, the order is the same everywhere.
 *
 * Cost: an exchange of the ranks 0, then a bcast.
 */
import { isInter } from '../collectives/collective.ts';
import type { Steps } from '../engine/task.ts';
import { MPIError } from '../errors/mpi-error.ts';
import { comesFirst } from './agree-on-context.ts';
import { CommunicatorCore } from './communicator-core.ts';
import { exchangeBetweenGroups } from './exchange-between-groups.ts';

/** What the rank 0 of each group says counts; another one of its group that says otherwise has an error. */
export function* merge(core: CommunicatorCore, high: boolean): Steps<CommunicatorCore> {
  const { maker, ends, group, remoteGroup } = core;
  if (!isInter(ends) || remoteGroup === null) {
    throw new MPIError('MPI_ERR_COMM', `Cannot merge ${core.label()}: it has one group only`);
  }
  const { own, other } = yield* exchangeBetweenGroups(ends, () => ({
    high,
    contextId: maker.contextIds.next(),
  }));
  if (own.high !== high) {
    throw new MPIError(
      'MPI_ERR_ARG',
      `Cannot merge ${core.label()}: this process says high = ${String(high)}, rank 0 of its group says ${String(own.high)}; all of a group must say the same`,
    );
  }
  const first = comesFirst(group, remoteGroup);
  const { contextId } = first ? own : other;
  const ownComesFirst = own.high === other.high ? first : !own.high;
  const groups = ownComesFirst ? [group.ids, remoteGroup.ids] : [remoteGroup.ids, group.ids];
  return new CommunicatorCore(maker, contextId, groups.flat(), null, '');
}
