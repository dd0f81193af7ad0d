/** What a communicator is, below its public face: groups, contexts, and the ends that messages go through. */
import type { Engine } from '../engine/engine.ts';
import type { MatchContext } from '../engine/match-context.ts';
import type { Peer } from '../engine/peer.ts';
import { type CollectiveEnds, tagCounter } from '../collectives/collective.ts';
import {
  COLLECTIVES,
  CONSTRUCTION,
  type ContextId,
  type ContextIds,
  LOCAL_COLLECTIVES,
  MESSAGES,
} from '../model/context-id.ts';
import { Group } from '../model/group.ts';
import type { ProcessId } from '../model/process-id.ts';
import { type Endpoint, processes } from '../p2p/endpoint.ts';

/** What makes communicators: one for each process. */
export interface CommunicatorMaker {
  readonly engine: Engine;
  readonly contextIds: ContextIds;
}

export class CommunicatorCore {
  readonly maker: CommunicatorMaker;
  readonly contextId: ContextId;
  readonly group: Group;
  /** The other group of an intercommunicator; null where there is only one. */
  readonly remoteGroup: Group | null;
  readonly messages: Endpoint;
  readonly ends: CollectiveEnds;
  /** Its name, which the program may change; '' for none. */
  name: string;
  readonly #peers: readonly Peer[];
  readonly #contexts: MatchContext[] = [];
  #construction: Endpoint | null = null;

  /** `remoteIds` is the other group of an intercommunicator, null for none. Opens its contexts. */
  constructor(
    maker: CommunicatorMaker,
    contextId: ContextId,
    ids: readonly ProcessId[],
    remoteIds: readonly ProcessId[] | null,
    name: string,
  ) {
    const { engine } = maker;
    this.maker = maker;
    this.contextId = contextId;
    this.group = new Group(ids, engine.self);
    this.remoteGroup = remoteIds === null ? null : new Group(remoteIds, engine.self);
    // Contexts ask for it as soon as they are opened: one of the processes may have failed already.
    this.name = name;
    const local = ids.map((id) => engine.peer(id));
    if (remoteIds === null) {
      this.#peers = local;
      this.messages = this.#open(MESSAGES, local, null);
      const ends = this.#open(COLLECTIVES, local, { others: [], othersAre: '' });
      this.ends = { local: { ...ends, nextTag: tagCounter() }, remote: null };
      return;
    }
    const remote = remoteIds.map((id) => engine.peer(id));
    this.#peers = remote;
    this.messages = this.#open(MESSAGES, remote, null);
    const between = this.#open(COLLECTIVES, remote, { others: local, othersAre: 'local group' });
    const among = this.#open(LOCAL_COLLECTIVES, local, { others: remote, othersAre: 'remote group' });
    this.ends = {
      local: { ...among, nextTag: tagCounter() },
      remote: { ...between, nextTag: tagCounter() },
    };
  }

  /** Its name in quotes, or what it is: for errors. */
  readonly label = (): string =>
    this.name === '' ? describe(this.group, this.remoteGroup) : `"${this.name}"`;

  /** The end for making communicators that not everybody takes part in; ranks as in {@link messages}. */
  get construction(): Endpoint {
    this.#construction ??= this.#open(CONSTRUCTION, this.#peers, null);
    return this.#construction;
  }

  /** Every context that is open. */
  get contexts(): readonly MatchContext[] {
    return this.#contexts;
  }

  #open(which: number, peers: readonly Peer[], circle: MatchContext['collective']): Endpoint {
    const { high, low } = this.contextId;
    const { engine } = this.maker;
    const context = engine.openContext(high, (low + which) | 0, peers, this.label, circle);
    this.#contexts.push(context);
    return { engine, context, rank: this.group.rank, peers };
  }
}

function describe(group: Group, remoteGroup: Group | null): string {
  if (remoteGroup === null) return `a communicator of ${processes(group.size)}`;
  return `an intercommunicator of ${String(group.size)} and ${String(remoteGroup.size)} processes`;
}
