/** A communicator of the same processes with contexts of its own (MPI_Comm_dup, MPI-4.1 §7.4.2). */
import { type Steps } from '../engine/task.ts';
import { agreeOnContext } from './agree-on-context.ts';
import { CommunicatorCore } from './communicator-core.ts';

/** Cost: one bcast; on an intercommunicator an exchange of the ranks 0 before it. */
export function* dup(core: CommunicatorCore): Steps<CommunicatorCore> {
  const { maker, group, remoteGroup } = core;
  const contextId = yield* agreeOnContext(core);
  return new CommunicatorCore(maker, contextId, group.ids, remoteGroup?.ids ?? null, '');
}
