/**
 * One communicator for each set of processes that share memory (MPI_Comm_split_type with MPI_COMM_TYPE_SHARED,
 * MPI-4.1 §7.4.2). Everybody takes the first rank that it shares memory with as its colour: the same one in the whole set.
 */
import type { Steps } from '../engine/task.ts';
import { MPIError } from '../errors/mpi-error.ts';
import type { CommunicatorCore } from './communicator-core.ts';
import { split } from './split.ts';

/** Cost: that of a split. */
export function* splitType(
  core: CommunicatorCore,
  type: string,
  key: number,
): Steps<CommunicatorCore | null> {
  if (type !== 'shared') {
    throw new MPIError(
      'MPI_ERR_ARG',
      `Cannot split ${core.label()} by type ${JSON.stringify(type)}: the type must be 'shared'`,
    );
  }
  const { maker, group } = core;
  return yield* split(
    core,
    group.ids.findIndex((id) => maker.engine.sharesMemoryWith(id)),
    key,
  );
}
