/** Which ends of streams this process has on a communicator: they hang on it as an attribute, and are told apart by their tags. */
import { type Communicator, createKeyval, type Keyval, MPIError } from '../../index.ts';
import type { Doorkeeper } from './doorkeeper.ts';

interface StreamEnds {
  /** Ranks of masters and tags of the streams that are open as a client's. */
  readonly clients: Set<string>;
  /** By tag. */
  readonly doorkeepers: Map<number, Doorkeeper>;
}

const ENDS: Keyval<StreamEnds> = createKeyval<StreamEnds>('ends of streams');

/**
 * Notes that this process is a client of that stream; the result ends that.
 *
 * @throws {MPIError} MPI_ERR_ARG where it is one already: the master could not tell the two apart.
 */
export function enterStream(comm: Communicator, master: number, tag: number): () => void {
  const { clients } = endsOn(comm);
  const key = `${master} ${tag}`;
  if (clients.has(key))
    throw new MPIError(
      'MPI_ERR_ARG',
      `Cannot open a stream to rank ${master} of "${comm.name}" with tag ${tag}: this process has one there, ` +
        'which is to be closed first; or one of another tag is wanted, at both ends',
    );
  clients.add(key);
  return () => void clients.delete(key);
}

/** The doorkeeper speaks for the tag from now on, and the one before it, which is returned, no more. */
export function relieveDoorkeeper(
  comm: Communicator,
  tag: number,
  doorkeeper: Doorkeeper,
): Doorkeeper | undefined {
  const { doorkeepers } = endsOn(comm);
  const before = doorkeepers.get(tag);
  before?.stop();
  doorkeepers.set(tag, doorkeeper);
  return before;
}

function endsOn(comm: Communicator): StreamEnds {
  let ends = comm.getAttr(ENDS);
  if (ends === undefined) comm.setAttr(ENDS, (ends = { clients: new Set(), doorkeepers: new Map() }));
  return ends;
}
