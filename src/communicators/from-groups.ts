/**
 * Communicators without a parent (MPI_Comm_create_from_group, MPI_Intercomm_create_from_groups, MPI-4.1 §7.4.2,
 * §7.6.2): the members meet in contexts that follow from the tag and the group, which each of them knows. There
 * they agree on a context of the usual kind; the meeting place is then given back, for the next who say the same.
 *
 * Uses with the same arguments follow each other, message by message, as each use receives exactly what is sent for it; so
 * one that is quicker may begin the next use while others end the last.
 *
 * Cost: a bcast and a barrier of the group; for two groups an exchange of the leaders before.
 */
import { dissemination } from '../collectives/barrier/dissemination.ts';
import type { Steps } from '../engine/task.ts';
import { MPIError } from '../errors/mpi-error.ts';
import { UNDEFINED } from '../model/constants.ts';
import { ContextIds } from '../model/context-id.ts';
import { Group } from '../model/group.ts';
import type { ProcessId } from '../model/process-id.ts';
import { agreeOnContext } from './agree-on-context.ts';
import { CommunicatorCore, type CommunicatorMaker } from './communicator-core.ts';
import { checkDisjoint, createIntercomm } from './create-intercomm.ts';

/** Null for the empty group. */
export function* createFromGroup(
  maker: CommunicatorMaker,
  group: Group,
  stringTag: string,
): Steps<CommunicatorCore | null> {
  check(group, stringTag);
  if (group.size === 0) return null;
  checkMember(group);
  return yield* meeting(maker, ['group', stringTag], group.ids, function* (place) {
    const { broken } = place.ends.local.context;
    if (broken !== null) throw broken;
    const contextId = yield* agreeOnContext(place);
    yield* dissemination(place.ends.local, place.ends.local.nextTag());
    return new CommunicatorCore(maker, contextId, group.ids, null, '');
  });
}

/** `remoteGroup` and `remoteLeader` count at the local leader alone. */
export function* createIntercommFromGroups(
  maker: CommunicatorMaker,
  localGroup: Group,
  localLeader: number,
  remoteGroup: Group | null,
  remoteLeader: number,
  stringTag: string,
): Steps<CommunicatorCore> {
  check(localGroup, stringTag);
  checkMember(localGroup);
  const own = localGroup.ids[localLeader] ?? '';
  return yield* meeting(maker, ['groups', stringTag], localGroup.ids, function* (place) {
    const leaders: CommunicatorCore[] = [];
    try {
      const made = yield* createIntercomm(place, localLeader, () => {
        const other = leaderOf(remoteGroup, remoteLeader);
        checkDisjoint(place, localGroup.ids, remoteGroup?.ids ?? []);
        const both = [own, other].sort();
        const peer = placeOf(maker, ['leaders', stringTag], both);
        leaders.push(peer);
        return { peer, remoteLeader: both.indexOf(other), tag: 0 };
      });
      yield* dissemination(place.ends.local, place.ends.local.nextTag());
      return made;
    } finally {
      for (const peer of leaders) leave(peer);
    }
  });
}

/** Where the members of a group meet under a name, for as long as `agree` takes. */
function* meeting<T>(
  maker: CommunicatorMaker,
  name: readonly string[],
  ids: readonly ProcessId[],
  agree: (place: CommunicatorCore) => Steps<T>,
): Steps<T> {
  const place = placeOf(maker, name, ids);
  try {
    return yield* agree(place);
  } finally {
    leave(place);
  }
}

/** Where somebody has died there is no next use, and what is left of this one is nobody's. */
function leave(place: CommunicatorCore): void {
  place.release(place.everybody.some(({ end }) => end !== null));
}

const placeOf = (
  maker: CommunicatorMaker,
  name: readonly string[],
  ids: readonly ProcessId[],
): CommunicatorCore =>
  new CommunicatorCore(
    maker,
    ContextIds.ofName([...name, ...ids]),
    ids,
    null,
    `group meeting for ${String(name[1])}`,
  );

const CANNOT = 'Cannot create a communicator from a group';

function check(group: unknown, stringTag: unknown): void {
  if (!(group instanceof Group)) throw new MPIError('MPI_ERR_GROUP', `${CANNOT}: it is a ${typeof group}`);
  if (typeof stringTag !== 'string')
    throw new MPIError('MPI_ERR_ARG', `${CANNOT}: the tag must be a string, and is a ${typeof stringTag}`);
}

function checkMember(group: Group): void {
  if (group.rank === UNDEFINED)
    throw new MPIError('MPI_ERR_GROUP', `${CANNOT}: this process is not in it; its members alone may call`);
}

function leaderOf(group: unknown, leader: number): ProcessId {
  if (!(group instanceof Group)) {
    throw new MPIError(
      'MPI_ERR_GROUP',
      `${CANNOT}: the remote group is a ${typeof group}; the leader has to know it`,
    );
  }
  const id = group.ids[leader];
  if (id !== undefined) return id;
  throw new MPIError(
    'MPI_ERR_RANK',
    `${CANNOT}: the remote leader is rank ${String(leader)} of a group of ${String(group.size)}`,
  );
}
