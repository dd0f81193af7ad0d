/**
 * What a communicator is, below its public face: groups, contexts, and the ends that messages go through. It opens its
 * contexts when it is made, and gives them back when it is over (farewell.ts).
 */
import type { Engine } from '../engine/engine.ts';
import type { MatchContext } from '../engine/match-context.ts';
import type { Operation } from '../engine/operation.ts';
import type { Peer } from '../engine/peer.ts';
import { MPIError } from '../errors/mpi-error.ts';
import { type CollectiveEndpoint, type CollectiveEnds, tagCounter } from '../collectives/collective.ts';
import { COMMON_FROM_TAG, CommonAccess } from '../collectives/common/common-access.ts';
import { CommonBudget } from '../collectives/common/common-budget.ts';
import { ALGORITHM_TABLE } from '../collectives/tuning/algorithm-table.ts';
import { PreparedCalls } from '../collectives/common/prepared-calls.ts';
import { RecentBuffers } from '../collectives/recent-buffers.ts';
import { ScratchMemory } from '../collectives/scratch-memory.ts';
import type { AlgorithmTable } from '../collectives/tuning/algorithms.ts';
import {
  COLLECTIVES,
  CONSTRUCTION,
  type ContextId,
  type ContextIds,
  GROUP_CONSTRUCTION,
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
  /** What collectives choose their algorithms by, where it is not the library's own table. */
  readonly algorithms?: AlgorithmTable;
  /** What all its communicators' collectives keep for themselves while they run; each communicator has its own where none is given. */
  readonly scratch?: ScratchMemory;
  /** What all its communicators may have of memory in common; each communicator has its own where none is given. */
  readonly commonBudget?: CommonBudget;
  /** How many collectives of a communicator go by messages first, the same at all processes. */
  readonly commonFromTag?: number;
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
  /** What has become of it, e.g. `'been freed'`: nothing is started on it any more. Null as long as it may be used. */
  over: string | null = null;
  readonly #peers: readonly Peer[];
  readonly #contexts: MatchContext[] = [];
  #construction: Endpoint | null = null;
  #groupConstruction: Endpoint | null = null;
  #protocols = 0;
  #whenIdle: (() => void) | null = null;

  /** `remoteIds` is the other group of an intercommunicator, null for none. Opens its contexts. */
  constructor(
    maker: CommunicatorMaker,
    contextId: ContextId,
    ids: readonly ProcessId[],
    remoteIds: readonly ProcessId[] | null,
    name: string,
  ) {
    const { engine, algorithms = ALGORITHM_TABLE, scratch = new ScratchMemory() } = maker;
    const { commonBudget = new CommonBudget(), commonFromTag = COMMON_FROM_TAG } = maker;
    this.maker = maker;
    this.contextId = contextId;
    this.group = new Group(ids, engine.self);
    this.remoteGroup = remoteIds === null ? null : new Group(remoteIds, engine.self);
    const collective = (): Omit<CollectiveEndpoint, keyof Endpoint | 'common'> => ({
      nextTag: tagCounter(),
      algorithms,
      troubles: new Map(),
      scratch,
      recent: new RecentBuffers(),
      prepared: new PreparedCalls(),
    });
    // Contexts ask for it as soon as they are opened: one of the processes may have failed already.
    this.name = name;
    const local = ids.map((id) => engine.peer(id));
    if (remoteIds === null) {
      this.#peers = local;
      this.messages = this.#open(MESSAGES, local, null);
      const ends = this.#open(COLLECTIVES, local, { others: [], othersAre: '' });
      this.ends = {
        local: { ...ends, ...collective(), common: new CommonAccess(ends, commonBudget, commonFromTag) },
        remote: null,
      };
      return;
    }
    const remote = remoteIds.map((id) => engine.peer(id));
    this.#peers = remote;
    this.messages = this.#open(MESSAGES, remote, null);
    const between = this.#open(COLLECTIVES, remote, { others: local, othersAre: 'local group' });
    const among = this.#open(LOCAL_COLLECTIVES, local, { others: remote, othersAre: 'remote group' });
    this.ends = {
      local: { ...among, ...collective(), common: null },
      remote: { ...between, ...collective(), common: null },
    };
  }

  /** Its name in quotes, or what it is: for errors. */
  readonly label = (): string =>
    this.name === '' ? describe(this.group, this.remoteGroup) : `"${this.name}"`;

  /** The end for what leaders of groups say to each other; ranks as in {@link messages}. */
  get construction(): Endpoint {
    this.#construction ??= this.#open(CONSTRUCTION, this.#peers, null);
    return this.#construction;
  }

  /** On an intracommunicator: the end for the making of communicators by groups of its processes. */
  get groupConstruction(): Endpoint {
    this.#groupConstruction ??= this.#open(GROUP_CONSTRUCTION, this.#peers, null);
    return this.#groupConstruction;
  }

  /** Everybody in it, of both groups. */
  get everybody(): readonly Peer[] {
    const { local, remote } = this.ends;
    return remote === null ? local.peers : [...local.peers, ...remote.peers];
  }

  /** Throws where it is over. */
  checkUsable(): void {
    if (this.over !== null) throw this.unusable();
  }

  unusable(): MPIError {
    const over = this.over ?? 'gone';
    return new MPIError('MPI_ERR_COMM', `Cannot use ${this.label()}: it has ${over} in this process`);
  }

  // ── what is under way on it

  /** Hears of the beginning and the end of each protocol of several steps. */
  readonly tally = (pending: boolean): void => {
    this.#protocols += pending ? 1 : -1;
    if (this.#protocols > 0) return;
    const tell = this.#whenIdle;
    this.#whenIdle = null;
    tell?.();
  };

  /** The operations that are under way; `rest` is called when no protocol is, which may be at once. */
  underWay(rest: () => void): Operation<unknown>[] {
    if (this.#protocols === 0) rest();
    else this.#whenIdle = rest;
    return this.#contexts.flatMap((context) => this.maker.engine.contexts.underWay(context));
  }

  /** From now on whoever leaves has said goodbye. */
  beginEnding(): void {
    for (const { context } of [this.ends.local, this.ends.remote ?? this.ends.local]) context.ending = true;
  }

  /** Gives its contexts back. `forGood`: nobody opens them again, as those of a name (from-groups.ts) may be. */
  release(forGood: boolean): void {
    this.ends.local.common?.close();
    this.maker.engine.contexts.release(this.contextId, forGood, () => this.unusable());
  }

  #open(which: number, peers: readonly Peer[], circle: MatchContext['collective']): Endpoint {
    const { high, low } = this.contextId;
    const { engine } = this.maker;
    const context = engine.contexts.open(high, (low + which) | 0, peers, this.label, circle);
    this.#contexts.push(context);
    return { engine, context, rank: this.group.rank, peers };
  }
}

function describe(group: Group, remoteGroup: Group | null): string {
  if (remoteGroup === null) return `a communicator of ${processes(group.size)}`;
  return `an intercommunicator of ${String(group.size)} and ${String(remoteGroup.size)} processes`;
}
