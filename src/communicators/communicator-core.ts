/** What a communicator is, below its public face: groups, contexts, and the ends that messages go through. */
import type { Engine } from '../engine/engine.ts';
import { type CollectiveEndpoint, tagCounter } from '../collectives/collective.ts';
import { COLLECTIVES, type ContextId, type ContextIds, MESSAGES } from '../model/context-id.ts';
import { Group } from '../model/group.ts';
import type { ProcessId } from '../model/process-id.ts';
import { type Endpoint, processes } from '../p2p/endpoint.ts';

/** What makes communicators: one for each process. */
export interface CommunicatorMaker {
  readonly engine: Engine;
  readonly contextIds: ContextIds;
}

export interface CommunicatorCore {
  readonly maker: CommunicatorMaker;
  readonly contextId: ContextId;
  readonly group: Group;
  /** The other group of an intercommunicator; null where there is only one. */
  readonly remoteGroup: Group | null;
  readonly messages: Endpoint;
  /** The end for collectives among the own group. */
  readonly collectives: CollectiveEndpoint;
  /** Its name, which the program may change. */
  name: string;
}

export function makeIntracommunicator(
  maker: CommunicatorMaker,
  contextId: ContextId,
  ids: readonly ProcessId[],
  name: string,
): CommunicatorCore {
  return make(maker, contextId, ids, null, null, name);
}

/** `local` is the own group's private way to agree, made for this intercommunicator. */
export function makeIntercommunicator(
  maker: CommunicatorMaker,
  contextId: ContextId,
  ids: readonly ProcessId[],
  remoteIds: readonly ProcessId[],
  local: CollectiveEndpoint,
): CommunicatorCore {
  return make(maker, contextId, ids, remoteIds, local, '');
}

function make(
  maker: CommunicatorMaker,
  contextId: ContextId,
  ids: readonly ProcessId[],
  remoteIds: readonly ProcessId[] | null,
  local: CollectiveEndpoint | null,
  name: string,
): CommunicatorCore {
  const { engine } = maker;
  const group = new Group(ids, engine.self);
  const peersOf = (members: readonly ProcessId[]): Endpoint['peers'] => members.map((id) => engine.peer(id));
  const remoteGroup = remoteIds === null ? null : new Group(remoteIds, engine.self);
  // Asked for before the communicator is made, too: where one of its processes has failed already.
  const naming = { name };
  const label = (): string => (naming.name === '' ? describe(group, remoteGroup) : `"${naming.name}"`);
  const endpoint = (members: readonly ProcessId[], which: number): Endpoint => {
    const peers = peersOf(members);
    const { high, low } = contextId;
    const context = engine.openContext(high, (low + which) | 0, peers, label, which === COLLECTIVES);
    return { engine, context, rank: group.rank, peers };
  };
  return {
    maker,
    contextId,
    group,
    remoteGroup,
    messages: endpoint(remoteIds ?? ids, MESSAGES),
    collectives: local ?? { ...endpoint(ids, COLLECTIVES), nextTag: tagCounter() },
    get name() {
      return naming.name;
    },
    set name(changed) {
      naming.name = changed;
    },
  };
}

function describe(group: Group, remoteGroup: Group | null): string {
  if (remoteGroup === null) return `a communicator of ${processes(group.size)}`;
  return `an intercommunicator of ${String(group.size)} and ${String(remoteGroup.size)} processes`;
}
