/**
 * One communicator for each colour, ranks in the order of the keys, ties in the order of the old ranks
 * (MPI_Comm_split, MPI-4.1 §7.4.2). On an intercommunicator the processes of a colour in both groups become the two
 * groups of a new one; a colour that only one group has gives nothing.
 *
 * Rank 0 learns every colour and key of its group; on an intercommunicator the ranks 0 exchange that. They make a
 * context for each colour, and tell their group.
 *
 * Cost: a gather and a bcast of p pairs, and between two groups an exchange.
 */
import { MPIError } from '../errors/mpi-error.ts';
import { bcast } from '../collectives/bcast/bcast.ts';
import { type IntercommunicatorEnds, isInter, withTagsFor } from '../collectives/collective.ts';
import { gather } from '../collectives/gather/gather.ts';
import type { Steps } from '../engine/task.ts';
import { UNDEFINED } from '../model/constants.ts';
import type { ContextId } from '../model/context-id.ts';
import type { ProcessId } from '../model/process-id.ts';
import { comesFirst } from './agree-on-context.ts';
import { CommunicatorCore } from './communicator-core.ts';
import { exchangeBetweenGroups } from './exchange-between-groups.ts';

/** The old ranks of each colour in the order of the new ones, with the context that the group would take. */
type Plan = Map<number, { readonly contextId: ContextId; readonly ranks: readonly number[] }>;

/** The communicator of this process' colour; null where that is UNDEFINED. */
export function* split(core: CommunicatorCore, color: number, key: number): Steps<CommunicatorCore | null> {
  checkChoice(core, color, key);
  const { maker, group, remoteGroup, ends } = core;
  const gathering = withTagsFor(ends.local, 1);
  const planning = withTagsFor(ends.local, 1);
  const telling: IntercommunicatorEnds | null = isInter(ends)
    ? { local: planning, remote: withTagsFor(ends.remote, 1) }
    : null;
  const choices = yield* gather({ local: gathering, remote: null }, [color, key] as const, 0);
  const plan = (): Plan => planOf(choices ?? [], () => maker.contextIds.next());

  if (telling === null || remoteGroup === null) {
    const told = yield* bcast({ local: planning, remote: null }, group.rank === 0 ? plan() : null, 0);
    const mine = told?.get(color);
    return mine === undefined
      ? null
      : new CommunicatorCore(maker, mine.contextId, idsOf(group.ids, mine.ranks), null, '');
  }
  const { own, other } = yield* exchangeBetweenGroups(telling, plan);
  const [mine, theirs] = [own.get(color), other.get(color)];
  if (mine === undefined || theirs === undefined) return null;
  const { contextId } = comesFirst(group, remoteGroup) ? mine : theirs;
  const remoteIds = idsOf(remoteGroup.ids, theirs.ranks);
  return new CommunicatorCore(maker, contextId, idsOf(group.ids, mine.ranks), remoteIds, '');
}

export function checkChoice(core: CommunicatorCore, color: number, key: number): void {
  if (Number.isInteger(color) && (color >= 0 || color === UNDEFINED) && Number.isInteger(key)) return;
  throw new MPIError(
    'MPI_ERR_ARG',
    `Cannot split ${core.label()} by color ${String(color)} and key ${String(key)}: the color must be a whole number from 0 on, or UNDEFINED; the key a whole number`,
  );
}

function planOf(choices: readonly (readonly [number, number])[], nextContext: () => ContextId): Plan {
  const members = new Map<number, number[]>();
  for (const [rank, [color]] of choices.entries()) {
    if (color === UNDEFINED) continue;
    const ranks = members.get(color);
    if (ranks === undefined) members.set(color, [rank]);
    else ranks.push(rank);
  }
  const plan: Plan = new Map();
  const keyOf = (rank: number): number => choices[rank]?.[1] ?? 0;
  for (const [color, ranks] of members) {
    // A stable sort: ties stay in the order of the old ranks.
    plan.set(color, { contextId: nextContext(), ranks: ranks.sort((a, b) => keyOf(a) - keyOf(b)) });
  }
  return plan;
}

const idsOf = (ids: readonly ProcessId[], ranks: readonly number[]): ProcessId[] =>
  ranks.map((rank) => ids[rank] ?? '');
