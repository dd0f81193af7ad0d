/**
 * A communicator of a group, made by everybody in the old one (MPI_Comm_create, MPI-4.1 §7.4.2).
 *
 * On one group's communicator every process gives the group that it will be in, or one that it is not in; groups without a
 * common member give a communicator each, and may even have the same context, for they never talk to each other.
 * On an intercommunicator each side gives one part of its group; those parts are the groups of the new one.
 *
 * Cost: one bcast; between two groups an exchange before it.
 */
import { isInter } from '../collectives/collective.ts';
import type { Steps } from '../engine/task.ts';
import { MPIError } from '../errors/mpi-error.ts';
import { IDENT, UNDEFINED } from '../model/constants.ts';
import { Group } from '../model/group.ts';
import { agreeOnContext, comesFirst } from './agree-on-context.ts';
import { CommunicatorCore } from './communicator-core.ts';
import { exchangeBetweenGroups } from './exchange-between-groups.ts';

/** Null outside of the group; on an intercommunicator also where one side has given the empty group. */
export function* create(core: CommunicatorCore, group: Group): Steps<CommunicatorCore | null> {
  checkPart(core, group);
  const { maker, ends, remoteGroup } = core;
  if (!isInter(ends) || remoteGroup === null) {
    const contextId = yield* agreeOnContext(core);
    return group.rank === UNDEFINED ? null : new CommunicatorCore(maker, contextId, group.ids, null, '');
  }
  const { own, other } = yield* exchangeBetweenGroups(ends, () => ({
    ids: group.ids,
    contextId: maker.contextIds.next(),
  }));
  if (group.compare(new Group(own.ids)) !== IDENT) {
    throw new MPIError(
      'MPI_ERR_GROUP',
      `Cannot create a communicator of a group on ${core.label()}: rank 0 of the local group gives another group; all processes of a side must give the same`,
    );
  }
  if (group.rank === UNDEFINED || other.ids.length === 0) return null;
  const { contextId } = comesFirst(core.group, remoteGroup) ? own : other;
  return new CommunicatorCore(maker, contextId, own.ids, other.ids, '');
}

/** Throws unless the group is part of the communicator's own. The members' ranks there. */
export function checkPart(core: CommunicatorCore, group: unknown): number[] {
  if (!(group instanceof Group)) {
    throw new MPIError(
      'MPI_ERR_GROUP',
      `Cannot create a communicator on ${core.label()} of ${group === null ? 'null' : `a ${typeof group}`}: a group is wanted`,
    );
  }
  const all = Array.from({ length: group.size }, (_, rank) => rank);
  const ranks = group.translateRanks(all, core.group);
  const stranger = ranks.indexOf(UNDEFINED);
  if (stranger < 0) return ranks;
  throw new MPIError(
    'MPI_ERR_GROUP',
    `Cannot create a communicator of a group on ${core.label()}: rank ${String(stranger)} of the group is not in it; all members must be in the (local) group`,
  );
}
