/**
 * A new context that everybody in a communicator knows: one process makes it, and it is broadcast. On an intercommunicator
 * the ranks 0 of the two groups exchange one each, and both take that of the group that comes first.
 */
import { bcast } from '../collectives/bcast/bcast.ts';
import { isInter, withTagsForBoth } from '../collectives/collective.ts';
import type { Steps } from '../engine/task.ts';
import type { ContextId } from '../model/context-id.ts';
import type { CommunicatorCore } from './communicator-core.ts';
import { exchangeBetweenGroups } from './exchange-between-groups.ts';

export function* agreeOnContext(core: CommunicatorCore): Steps<ContextId> {
  const { maker, ends, group } = core;
  const own = group.rank === 0 ? maker.contextIds.next() : null;
  if (!isInter(ends)) return (yield* bcast(ends, own, 0)) as ContextId;
  const parts = withTagsForBoth(ends, 1, 1);
  const other = yield* exchangeBetweenGroups(parts, own);
  const chosen = own === null || other === null || comesFirst(core) ? own : other;
  return (yield* bcast({ local: parts.local, remote: null }, chosen, 0)) as ContextId;
}

/** Whether the own group comes before the other one: the same answer, from the other side, there. */
export function comesFirst({ group, remoteGroup }: CommunicatorCore): boolean {
  return remoteGroup === null || group.ids.join() < remoteGroup.ids.join();
}
