/**
 * One end of a communicator for messages: whom its ranks mean, and the context that keeps its messages apart. On an
 * intercommunicator the ranks are those of the remote group.
 */
import { MPIError } from '../errors/mpi-error.ts';
import type { Engine } from '../engine/engine.ts';
import type { MatchContext } from '../engine/match-context.ts';
import type { Peer } from '../engine/peer.ts';
import { ANY_SOURCE, ANY_TAG, PROC_NULL, TAG_MAX } from '../model/constants.ts';

export interface Endpoint {
  readonly engine: Engine;
  readonly context: MatchContext;
  /** This process' rank in its own group: what receivers know it by. */
  readonly rank: number;
  /** Who the ranks are. */
  readonly peers: readonly Peer[];
}

/** The communicator's name in quotes, for errors. */
const nameOf = (endpoint: Endpoint): string => endpoint.context.label();

/** `1 process` or `7 processes`. */
export function processes(count: number): string {
  return `${String(count)} process${count === 1 ? '' : 'es'}`;
}

/** Which ranks there are, for errors. */
export function ranksOf(endpoint: Endpoint): string {
  const count = endpoint.peers.length;
  return `it has ${processes(count)}, rank${count === 1 ? ' 0' : `s 0..${String(count - 1)}`}`;
}

/** Throws unless `dest` is a rank or PROC_NULL, and `tag` a tag. */
export function checkDestination(endpoint: Endpoint, verb: string, dest: number, tag: number): void {
  const valid = Number.isInteger(dest) && dest >= 0 && dest < endpoint.peers.length;
  if (!valid && dest !== PROC_NULL) {
    throw new MPIError(
      'MPI_ERR_RANK',
      `Cannot ${verb} to rank ${String(dest)} of ${nameOf(endpoint)}: ${ranksOf(endpoint)}`,
    );
  }
  if (!isTag(tag)) throw badTag(endpoint, verb, tag, '');
}

/** Throws unless `source` is a rank, ANY_SOURCE or PROC_NULL, and `tag` a tag or ANY_TAG. */
export function checkSource(endpoint: Endpoint, verb: string, source: number, tag: number): void {
  const valid = Number.isInteger(source) && source >= 0 && source < endpoint.peers.length;
  if (!valid && source !== ANY_SOURCE && source !== PROC_NULL) {
    throw new MPIError(
      'MPI_ERR_RANK',
      `Cannot ${verb} from rank ${String(source)} of ${nameOf(endpoint)}: ${ranksOf(endpoint)}; or ANY_SOURCE`,
    );
  }
  if (tag !== ANY_TAG && !isTag(tag)) throw badTag(endpoint, verb, tag, ', or ANY_TAG');
}

const isTag = (tag: number): boolean => Number.isInteger(tag) && tag >= 0 && tag <= TAG_MAX;

function badTag(endpoint: Endpoint, verb: string, tag: unknown, or: string): MPIError {
  return new MPIError(
    'MPI_ERR_TAG',
    `Cannot ${verb} with tag ${String(tag)} on ${nameOf(endpoint)}: a whole number from 0 to ${String(TAG_MAX)} is wanted${or}`,
  );
}
