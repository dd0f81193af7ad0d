/**
 * What accept, connect, spawn and join have in common: one process of a group meets another group, and tells its own; then
 * everybody makes the intercommunicator. Where that goes wrong everybody gets the same error.
 */
import { bcast } from '../collectives/bcast/bcast.ts';
import { checkRoot, withTagsFor } from '../collectives/collective.ts';
import { CommunicatorCore } from '../communicators/communicator-core.ts';
import { errorOf, isFailure, tellFailure, type ToldFailure } from '../communicators/told-failure.ts';
import type { Steps } from '../engine/task.ts';
import { MPIError } from '../errors/mpi-error.ts';
import type { ContextId } from '../model/context-id.ts';
import type { ProcessId } from '../model/process-id.ts';

/** The other group, and the context that both have in common. */
export interface OtherSide {
  readonly group: readonly ProcessId[];
  readonly contextId: ContextId;
}

/** How a failure travels from the root to the others. */
export interface Telling {
  readonly tell: (error: unknown) => ToldFailure;
  readonly restore: (told: ToldFailure) => Error;
}

/** `meet` runs at the root alone; what it throws the root throws itself, and the others are told. */
export function* meetAsGroup<T extends OtherSide>(
  core: CommunicatorCore,
  verb: string,
  root: number,
  meet: () => Steps<T>,
  telling: Telling = { tell: tellFailure, restore: errorOf },
): Steps<{ core: CommunicatorCore; side: T }> {
  const { maker, group, ends } = core;
  checkRoot(ends.local, verb, root);
  const parts = { local: withTagsFor(ends.local, 1), remote: null };
  let met: T | ToldFailure | null = null;
  let failure: { readonly error: unknown } | null = null;
  if (group.rank === root) {
    try {
      met = yield* meet();
    } catch (error) {
      failure = { error };
      met = telling.tell(error instanceof MPIError ? error : givenUp(verb, root, error));
    }
  }
  const told = (yield* bcast(parts, met, root)) as T | ToldFailure;
  if (failure !== null) throw failure.error;
  if (isFailure(told)) throw telling.restore(told);
  return { core: new CommunicatorCore(maker, told.contextId, group.ids, told.group, ''), side: told };
}

/** What a signal's reason is to the others, who do not know of the signal. */
function givenUp(verb: string, root: number, reason: unknown): MPIError {
  const why = reason instanceof Error ? reason.message : String(reason);
  return new MPIError(
    'MPI_ERR_OTHER',
    `Cannot ${verb}: the root (rank ${String(root)}) has given it up: ${why}`,
  );
}
