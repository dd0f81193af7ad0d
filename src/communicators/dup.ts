/** A communicator of the same processes with contexts of its own (MPI_Comm_dup, MPI-4.1 §7.4.2). Cost: one bcast. */
import { bcast } from '../collectives/bcast.ts';
import type { Steps } from '../engine/task.ts';
import type { ContextId } from '../model/context-id.ts';
import { type CommunicatorCore, makeIntracommunicator } from './communicator-core.ts';

export function* dup(core: CommunicatorCore): Steps<CommunicatorCore> {
  const { maker, group } = core;
  const contextId = yield* agreeOnContext(core);
  return makeIntracommunicator(maker, contextId, group.ids, '');
}

/** A new context, made by rank 0 and told to everybody. */
function* agreeOnContext(core: CommunicatorCore): Steps<ContextId> {
  const { maker, collectives } = core;
  const own = collectives.rank === 0 ? maker.contextIds.next() : null;
  return (yield* bcast<ContextId | null>(collectives, own, 0)) as ContextId;
}
