/**
 * What every collective stands on: the context of its communicator's collectives, where each collective has a tag of
 * its own, so that several may be under way at once. All processes start them in the same order.
 */
import { MPIError } from '../errors/mpi-error.ts';
import { type Endpoint, ranksOf } from '../p2p/endpoint.ts';
import { TAG_MAX } from '../model/constants.ts';

export interface CollectiveEndpoint extends Endpoint {
  /** The tag of the next collective: the same at every process that has started as many. */
  nextTag(): number;
}

/** Counts the collectives of one communicator. */
export function tagCounter(): () => number {
  let last = -1;
  return () => {
    last = last === TAG_MAX ? 0 : last + 1;
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

/** Throws unless `root` is a rank. */
export function checkRoot(endpoint: Endpoint, verb: string, root: number): void {
  const size = endpoint.peers.length;
  if (Number.isInteger(root) && root >= 0 && root < size) return;
  throw new MPIError(
    'MPI_ERR_ROOT',
    `Cannot ${verb} with root ${String(root)} on ${endpoint.context.label()}: ${ranksOf(endpoint)}`,
  );
}
