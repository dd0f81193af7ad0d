/**
 * What every collective stands on: contexts of its communicator's collectives, where each collective has a tag of its
 * own, so that several may be under way at once. All processes start them in the same order.
 *
 * On an intercommunicator there are two such ends, each with a count of tags of its own:
 *
 *     local    among the own group, apart from the other group's (the ranks are local)
 *     remote   between the groups (the ranks are those of the other group)
 */
import { MPIError } from '../errors/mpi-error.ts';
import { type Endpoint, ranksOf } from '../p2p/endpoint.ts';
import { PROC_NULL, ROOT, TAG_MAX } from '../model/constants.ts';
import type { CommonAccess } from './common/common-access.ts';
import type { PreparedCalls } from './common/prepared-calls.ts';
import type { RecentBuffers } from './recent-buffers.ts';
import type { ScratchMemory } from './scratch-memory.ts';
import type { Troubles } from './troubles.ts';
import type { AlgorithmTable } from './tuning/algorithms.ts';

export interface CollectiveEndpoint extends Endpoint {
  /** What the choice of an algorithm goes by. */
  readonly algorithms: AlgorithmTable;
  readonly troubles: Troubles;
  /** For what a collective keeps for itself while it runs: one for all communicators of the process. */
  readonly scratch: ScratchMemory;
  readonly recent: RecentBuffers;
  readonly prepared: PreparedCalls;
  /** The memory that its members have in common; null where they are two groups, or there is none. */
  readonly common: CommonAccess | null;
  /** The tag of the next collective: the same at every process that has started as many. */
  nextTag(): number;
}

/** The ends of a communicator for its collectives. */
export interface CollectiveEnds {
  /** Among the own group. */
  readonly local: CollectiveEndpoint;
  /** To the other group of an intercommunicator; null where there is only one. */
  readonly remote: CollectiveEndpoint | null;
}

/** The ends of an intercommunicator. */
export interface IntercommunicatorEnds extends CollectiveEnds {
  readonly remote: CollectiveEndpoint;
}

export function isInter(ends: CollectiveEnds): ends is IntercommunicatorEnds {
  return ends.remote !== null;
}

/** The one above it is that of the founding of a memory in common (common/founding.ts). */
const TAG_LAST = TAG_MAX - 1;

/** Counts the collectives of one communicator. */
export function tagCounter(): () => number {
  let last = -1;
  return () => {
    last = last === TAG_LAST ? 0 : last + 1;
    return last;
  };
}

/**
 * For a collective that is made of several: takes their tags now. Another collective may start between its parts, at
 * one process before the first part has ended and at another one after that.
 */
export function withTagsFor(endpoint: CollectiveEndpoint, parts: number): CollectiveEndpoint {
  const tags = Array.from({ length: parts }, () => endpoint.nextTag());
  return { ...endpoint, nextTag: () => tags.shift() ?? endpoint.nextTag() };
}

/** The same for both ends of an intercommunicator. */
export function withTagsForBoth(
  { local, remote }: IntercommunicatorEnds,
  localParts: number,
  remoteParts: number,
): IntercommunicatorEnds {
  return { local: withTagsFor(local, localParts), remote: withTagsFor(remote, remoteParts) };
}

/** Throws unless `root` is a rank. */
export function checkRoot(endpoint: Endpoint, verb: string, root: number): void {
  const size = endpoint.peers.length;
  if (Number.isInteger(root) && root >= 0 && root < size) return;
  throw new MPIError(
    'MPI_ERR_ROOT',
    `Cannot ${verb} with root ${String(root)} on ${endpoint.context.label()}: ${ranksOf(endpoint)}`,
  );
}

/**
 * Throws unless `root` says what a process does in a collective over an intercommunicator (MPI-4.1 §6.2.3): it is the
 * root itself (ROOT), a companion of the root, which has nothing to do (PROC_NULL), or one of the other group, which names
 * the root by its rank.
 */
export function checkInterRoot({ remote }: IntercommunicatorEnds, verb: string, root: number): void {
  if (root === ROOT || root === PROC_NULL) return;
  const size = remote.peers.length;
  if (Number.isInteger(root) && root >= 0 && root < size) return;
  throw new MPIError(
    'MPI_ERR_ROOT',
    `Cannot ${verb} with root ${String(root)} on ${remote.context.label()}: its remote group has the ranks 0..${String(size - 1)}; ` +
      'the root itself passes ROOT, the others of its group PROC_NULL',
  );
}
