/**
 * A communicator of a group, made by the group alone (MPI_Comm_create_group, MPI-4.1 §7.4.2): the others of the old
 * communicator take no part, so it goes by messages of its own, told apart by the program's tag.
 *
 * Along a binomial tree of the group: everybody reports to its parent, then rank 0 tells the context down. A member that
 * has died is missed by its parent or its children, who say so instead: then everybody alive has the error.
 *
 * Cost: 2⌈log₂ g⌉ α, g the group.
 */
import { placeInTree } from '../collectives/trees/binomial-tree.ts';
import { outcome, type Steps } from '../engine/task.ts';
import { UNDEFINED } from '../model/constants.ts';
import type { ContextId } from '../model/context-id.ts';
import type { Group } from '../model/group.ts';
import { checkDestination, type Endpoint } from '../p2p/endpoint.ts';
import { payloadOf, receivePayload, sendPayload, valueOf } from '../p2p/payload.ts';
import { CommunicatorCore } from './communicator-core.ts';
import { checkPart } from './create.ts';
import { errorOf, isFailure, tellFailure, type ToldFailure } from './told-failure.ts';

/** Null outside of the group. */
export function* createGroup(
  core: CommunicatorCore,
  group: Group,
  tag: number,
): Steps<CommunicatorCore | null> {
  const ranks = checkPart(core, group);
  const end = core.groupConstruction;
  checkDestination(end, 'create a communicator of a group with rank 0', 0, tag);
  if (group.rank === UNDEFINED) return null;
  const { parent, children } = placeInTree(group.rank, group.size, 0);
  const rankOf = (member: number): number => ranks[member] ?? 0;

  let failure: ToldFailure | null = null;
  for (const child of children) {
    const report = yield* hear<ToldFailure | null>(end, rankOf(child), tag);
    failure ??= report;
  }
  let verdict: ContextId | ToldFailure = failure ?? core.maker.contextIds.next();
  if (parent >= 0) {
    yield* say(end, failure, rankOf(parent), tag);
    verdict = yield* hear<ContextId | ToldFailure>(end, rankOf(parent), tag);
  }
  for (const child of children) yield* say(end, verdict, rankOf(child), tag);
  if (isFailure(verdict)) throw errorOf(verdict);
  return new CommunicatorCore(core.maker, verdict, group.ids, null, '');
}

function* hear<T>(end: Endpoint, source: number, tag: number): Steps<T | ToldFailure> {
  try {
    return valueOf(end, yield* outcome(receivePayload(end, source, tag))) as T;
  } catch (error) {
    return tellFailure(error);
  }
}

/** Whoever cannot be told has died; those who wait for it notice. */
function* say(end: Endpoint, value: unknown, dest: number, tag: number): Steps<void> {
  try {
    yield* outcome(sendPayload(end, payloadOf(end, value), dest, tag));
  } catch {
    return;
  }
}
