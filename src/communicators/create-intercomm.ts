/**
 * An intercommunicator of two groups that have a leader each who can talk to the other (MPI_Intercomm_create,
 * MPI-4.1 §7.6.2). The leaders exchange their groups and a context, and tell their own group; where that goes wrong
 * they tell it why, so that nobody waits for ever.
 *
 *     group A   leader ↔ leader   group B          then each leader tells its group
 *
 * Cost: one exchange between the leaders, then a bcast in each group.
 */
import { bcast } from '../collectives/bcast/bcast.ts';
import { checkRoot, withTagsFor } from '../collectives/collective.ts';
import { outcome, type Steps } from '../engine/task.ts';
import { MPIError } from '../errors/mpi-error.ts';
import type { ContextId } from '../model/context-id.ts';
import type { ProcessId } from '../model/process-id.ts';
import { receive } from '../p2p/receive.ts';
import { send } from '../p2p/send.ts';
import { comesFirst } from './agree-on-context.ts';
import { CommunicatorCore } from './communicator-core.ts';
import { errorOf, isFailure, tellFailure, type ToldFailure } from './told-failure.ts';

/** How a leader reaches the other one. */
export interface Contact {
  readonly peer: CommunicatorCore;
  readonly remoteLeader: number;
  readonly tag: number;
}

interface Side {
  readonly ids: readonly ProcessId[];
  readonly contextId: ContextId;
}

/**
 * `contact` is asked at the leader alone, and throws where there is none. Where a member of the own group has died nothing can
 * come of it; the leader still tells the other one, who would wait for ever.
 */
export function* createIntercomm(
  core: CommunicatorCore,
  localLeader: number,
  contact: () => Contact,
): Steps<CommunicatorCore> {
  const { maker, group, ends } = core;
  checkRoot(ends.local, 'create an intercommunicator', localLeader);
  const parts = { local: withTagsFor(ends.local, 1), remote: null };
  const { broken } = ends.local.context;
  const met = group.rank === localLeader ? yield* meet(core, broken, contact) : null;
  if (broken !== null) throw broken;
  const told = (yield* bcast(parts, met, localLeader)) as Side | ToldFailure;
  if (isFailure(told)) throw errorOf(told);
  return new CommunicatorCore(maker, told.contextId, group.ids, told.ids, '');
}

/** The other group and the common context, or why there is none. */
function* meet(
  core: CommunicatorCore,
  broken: MPIError | null,
  contact: () => Contact,
): Steps<Side | ToldFailure> {
  const { maker, group } = core;
  try {
    const own: Side = { ids: group.ids, contextId: maker.contextIds.next() };
    const other = yield* exchange(contact(), broken === null ? own : tellFailure(broken));
    if (isFailure(other)) return other;
    checkDisjoint(core, group.ids, other.ids);
    // Both leaders come to the same choice without another word.
    return comesFirst(group, other) ? { ids: other.ids, contextId: own.contextId } : other;
  } catch (error) {
    return tellFailure(error);
  }
}

function* exchange({ peer, remoteLeader, tag }: Contact, own: Side | ToldFailure): Steps<Side | ToldFailure> {
  peer.checkUsable();
  const sending = send(peer.construction, own, remoteLeader, tag, false);
  const message = yield* outcome(receive(peer.construction, remoteLeader, tag));
  yield* outcome(sending);
  return message.data as Side | ToldFailure;
}

/** Throws where a process is in both groups. */
export function checkDisjoint(
  core: CommunicatorCore,
  ids: readonly ProcessId[],
  otherIds: readonly ProcessId[],
): void {
  const own = new Set(ids);
  const shared = otherIds.findIndex((id) => own.has(id));
  if (shared < 0) return;
  throw new MPIError(
    'MPI_ERR_COMM',
    `Cannot create an intercommunicator on ${core.label()}: rank ${String(shared)} of the remote group is in the local group, too; the groups must have no common member`,
  );
}
