/**
 * An intercommunicator of two groups that have a leader each who can talk to the other (MPI_Intercomm_create,
 * MPI-4.1 §7.6.2). The leaders exchange their groups and a context over the peer communicator, and tell their own.
 *
 * Cost: one exchange between the leaders, then a bcast in each group.
 */
import { MPIError } from '../errors/mpi-error.ts';
import { bcast } from '../collectives/bcast/bcast.ts';
import { checkRoot, withTagsFor } from '../collectives/collective.ts';
import { outcome, type Steps } from '../engine/task.ts';
import type { ContextId } from '../model/context-id.ts';
import type { ProcessId } from '../model/process-id.ts';
import { receive } from '../p2p/receive.ts';
import { send } from '../p2p/send.ts';
import { CommunicatorCore } from './communicator-core.ts';

interface Side {
  readonly ids: readonly ProcessId[];
  readonly contextId: ContextId;
}

/** `peer` and `remoteLeader` count at the local leader alone. */
export function* createIntercomm(
  core: CommunicatorCore,
  localLeader: number,
  peer: CommunicatorCore | null,
  remoteLeader: number,
  tag: number,
): Steps<CommunicatorCore> {
  const { maker, group, ends } = core;
  checkRoot(ends.local, 'create an intercommunicator', localLeader);
  const parts = { local: withTagsFor(ends.local, 1), remote: null };
  let remote: Side | null = null;
  const own: Side = { ids: group.ids, contextId: maker.contextIds.next() };
  if (group.rank === localLeader) {
    if (peer === null) {
      throw new MPIError(
        'MPI_ERR_COMM',
        `Cannot create an intercommunicator on ${core.label()}: the local leader (rank ${String(localLeader)}) needs the peer communicator, and got null`,
      );
    }
    const sending = send(peer.construction, own, remoteLeader, tag, false);
    const message = yield* outcome(receive(peer.construction, remoteLeader, tag));
    yield* outcome(sending);
    const other = message.data as Side;
    // Both leaders come to the same choice without another word.
    const contextId = other.ids.join() < own.ids.join() ? other.contextId : own.contextId;
    remote = { ids: other.ids, contextId };
  }
  const agreed = (yield* bcast(parts, remote, localLeader)) as Side;
  return new CommunicatorCore(maker, agreed.contextId, group.ids, agreed.ids, '');
}
