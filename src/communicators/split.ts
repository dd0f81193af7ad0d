/**
 * One communicator for each colour, ranks in the order of the keys, ties in the order of the old ranks
 * (MPI_Comm_split, MPI-4.1 §7.4.2). Rank 0 learns every colour and key, and makes a context for each colour.
 *
 * Cost: a gather and a bcast of p pairs.
 */
import { MPIError } from '../errors/mpi-error.ts';
import { bcast } from '../collectives/bcast/bcast.ts';
import { withTagsFor } from '../collectives/collective.ts';
import { gather } from '../collectives/gather/gather.ts';
import type { Steps } from '../engine/task.ts';
import { UNDEFINED } from '../model/constants.ts';
import type { ContextId } from '../model/context-id.ts';
import { CommunicatorCore } from './communicator-core.ts';

interface Choice {
  readonly color: number;
  readonly key: number;
}

/** The communicator of this process' colour; null where that is UNDEFINED. */
export function* split(core: CommunicatorCore, color: number, key: number): Steps<CommunicatorCore | null> {
  const { maker, group, ends } = core;
  if (!Number.isInteger(color) || (color < 0 && color !== UNDEFINED) || !Number.isInteger(key)) {
    throw new MPIError(
      'MPI_ERR_ARG',
      `Cannot split ${core.label()} by color ${String(color)} and key ${String(key)}: the color must be a whole number from 0 on, or UNDEFINED; the key a whole number`,
    );
  }
  const parts = { local: withTagsFor(ends.local, 2), remote: null };
  const choices = yield* gather<Choice>(parts.local, { color, key }, 0);
  const plan = yield* bcast(
    parts,
    choices === undefined ? null : planOf(choices, () => maker.contextIds.next()),
    0,
  );
  const mine = plan?.find((part) => part.ranks.includes(group.rank));
  if (mine === undefined) return null;
  const ids = mine.ranks.flatMap((rank) => group.ids[rank] ?? []);
  return new CommunicatorCore(maker, mine.contextId, ids, null, '');
}

interface Part {
  readonly contextId: ContextId;
  /** The old ranks in the order of the new ones. */
  readonly ranks: readonly number[];
}

function planOf(choices: readonly Choice[], nextContext: () => ContextId): Part[] {
  const colors = [...new Set(choices.map(({ color }) => color))].filter((color) => color !== UNDEFINED);
  return colors.map((color) => {
    const members = choices
      .map((choice, rank) => ({ ...choice, rank }))
      .filter((choice) => choice.color === color);
    members.sort((a, b) => a.key - b.key || a.rank - b.rank);
    return { contextId: nextContext(), ranks: members.map(({ rank }) => rank) };
  });
}
