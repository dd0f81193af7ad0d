/**
 * A new context that everybody in a communicator knows: rank 0 makes it, and it is broadcast. On an intercommunicator
 * the ranks 0 of the two groups exchange one each, and both groups take that of the one that comes first.
 */
import { bcast } from '../collectives/bcast/bcast.ts';
import { isInter } from '../collectives/collective.ts';
import type { Steps } from '../engine/task.ts';
import type { ContextId } from '../model/context-id.ts';
import type { Group } from '../model/group.ts';
import type { CommunicatorCore } from './communicator-core.ts';
import { exchangeBetweenGroups } from './exchange-between-groups.ts';

export function* agreeOnContext(core: CommunicatorCore): Steps<ContextId> {
  const { maker, ends, group, remoteGroup } = core;
  const next = (): ContextId => maker.contextIds.next();
  if (!isInter(ends) || remoteGroup === null)
    return (yield* bcast(ends, group.rank === 0 ? next() : null, 0)) as ContextId;
  const { own, other } = yield* exchangeBetweenGroups(ends, next);
  return comesFirst(group, remoteGroup) ? own : other;
}

/** Whether this group comes before the other one, of which it has no member: the same answer, from the other side, there. */
export function comesFirst({ ids }: Pick<Group, 'ids'>, { ids: others }: Pick<Group, 'ids'>): boolean {
  return (ids[0] ?? '') < (others[0] ?? '');
}
