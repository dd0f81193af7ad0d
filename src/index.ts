/**
 * Parley: MPI for TypeScript. Importing the package initialises MPI; leaving the process normally finalises it.
 *
 * ```ts
 * import * as MPI from 'parley';
 *
 * const world = MPI.COMM_WORLD;
 * const total = await world.allreduce(world.rank);
 * if (world.rank === 0) console.log(`${world.size} ranks, their sum is ${total}`);
 * ```
 */
import * as fromGroups from './api/from-groups.ts';
import type { Intercommunicator, Intracommunicator } from './api/intracommunicator.ts';
import type { SharedMemory } from './api/shared-memory.ts';
import type { Request } from './engine/request.ts';
import type { Group } from './model/group.ts';
import { mpi } from './this-process.ts';

/** All processes that were started together (MPI_COMM_WORLD, MPI-4.1 §7.2.4). */
export const COMM_WORLD: Intracommunicator = mpi.world;
/** This process alone (MPI_COMM_SELF). */
export const COMM_SELF: Intracommunicator = mpi.self;

/**
 * Waits until everything that this process has sent is on its way, then leaves MPI: nothing of it works afterwards
 * (MPI_Finalize, MPI-4.1 §11.2.2). Called for you at a normal exit.
 */
export function finalize(): Promise<void> {
  return mpi.finalize();
}

/** Always true: importing the package initialises MPI (MPI_Initialized). */
export function isInitialized(): boolean {
  return true;
}

/** True once {@link finalize} is complete (MPI_Finalized). */
export function isFinalized(): boolean {
  return mpi.finalized;
}

/**
 * A communicator of a group, without a parent (MPI_Comm_create_from_group, MPI-4.1 §7.4.2): collective over the group, null
 * for the empty one. Calls at the same time by the same group need different tags.
 *
 * ```ts
 * const even = world.group().rangeInclude([[0, world.size - 1, 2]]);
 * const comm = world.rank % 2 === 0 ? await MPI.createFromGroup(even, 'org.example.even') : null;
 * ```
 *
 * @throws {MPIError} MPI_ERR_GROUP where this process is not in the group.
 */
export function createFromGroup(group: Group, stringTag: string): Request<Intracommunicator | null> {
  return fromGroups.createFromGroup(mpi, group, stringTag);
}

/**
 * An intercommunicator of two groups, without a parent (MPI_Intercomm_create_from_groups, MPI-4.1 §7.6.2): collective
 * over both. `remoteGroup` and `remoteLeader` (a rank in it) count at the local leader alone.
 *
 * @throws {MPIError} MPI_ERR_GROUP where this process is not in the local group; MPI_ERR_COMM where the groups overlap.
 */
export function createIntercommFromGroups(
  localGroup: Group,
  localLeader: number,
  remoteGroup: Group | null,
  remoteLeader: number,
  stringTag: string,
): Request<Intercommunicator> {
  return fromGroups.createIntercommFromGroups(
    mpi,
    localGroup,
    localLeader,
    remoteGroup,
    remoteLeader,
    stringTag,
  );
}

/**
 * Makes memory that other processes of the host map as well, where they know its name: what MPI_Win_allocate_shared is for, without
 * a window. Whoever writes there says by a message when it may be read, and that orders the two.
 *
 * ```ts
 * const memory = MPI.createSharedMemory(frame.byteLength);
 * new Float32Array(memory.buffer).set(frame);
 * await world.send(memory.name, 0);
 * ```
 *
 * @throws {MPIError} MPI_ERR_SIZE, MPI_ERR_NO_MEM; MPI_ERR_RMA_SHARED where this process has no job, and so nobody to share with.
 */
export function createSharedMemory(bytes: number): SharedMemory {
  return mpi.sharedMemories.create(bytes);
}

/**
 * Maps memory that another process has made, as long as nobody has unlinked it.
 *
 * @throws {MPIError} MPI_ERR_ARG where this is no such name; MPI_ERR_RMA_SHARED where there is no such memory (any more).
 */
export function openSharedMemory(name: string): SharedMemory {
  return mpi.sharedMemories.open(name);
}

export {
  APPNUM,
  createKeyval,
  freeKeyval,
  HOST,
  IO,
  type Keyval,
  LASTUSEDCODE,
  TAG_UB,
  UNIVERSE_SIZE,
  WTIME_IS_GLOBAL,
} from './api/attributes.ts';
export { Communicator, type ErrorHandler } from './api/communicator.ts';
export { ERRORS_ABORT, ERRORS_ARE_FATAL, ERRORS_RETURN } from './api/error-handling/error-handler.ts';
export { getLibraryVersion, getProcessorName, getVersion, SUCCESS, wtick, wtime } from './api/environment.ts';
export { Intercommunicator, Intracommunicator } from './api/intracommunicator.ts';
export type { ConnectOptions } from './api/dynamic-processes.ts';
export type { Port, PortOptions } from './api/port.ts';
export type { SharedMemory } from './api/shared-memory.ts';
export { createOp, type Op } from './collectives/operations/op.ts';
export { NO_OP, REPLACE } from './collectives/operations/one-sided-operations.ts';
export { MAXLOC, MINLOC } from './collectives/operations/pair-operations.ts';
export {
  BAND,
  BOR,
  BXOR,
  LAND,
  LOR,
  LXOR,
  MAX,
  MIN,
  PROD,
  SUM,
} from './collectives/operations/predefined.ts';
export { MAX_PORT_NAME } from './dynamic/port-name.ts';
export type {
  SpawnCommand,
  SpawnCommonOptions,
  SpawnOptions,
  SpawnPlacement,
} from './dynamic/spawn-options.ts';
export type { Message, Request, Status, WaitOptions } from './engine/request.ts';
export { MPIError } from './errors/mpi-error.ts';
export { ProcessFailedError } from './errors/process-failed-error.ts';
export { SpawnError } from './errors/spawn-error.ts';
export { StatusesError } from './errors/statuses-error.ts';
export {
  ANY_SOURCE,
  ANY_TAG,
  CONGRUENT,
  IDENT,
  PROC_NULL,
  ROOT,
  SIMILAR,
  UNDEFINED,
  UNEQUAL,
} from './model/constants.ts';
export { Group } from './model/group.ts';
export type { MatchedMessage } from './p2p/matched-message.ts';
export type { BufferLike, TypedArray } from './wire/element-type.ts';
export {
  addErrorClass,
  addErrorCode,
  addErrorString,
  errorClass,
  errorString,
  removeErrorClass,
  removeErrorCode,
  removeErrorString,
} from './error-codes.ts';
export {
  closePort,
  getParent,
  join,
  lookupName,
  lookupNameSync,
  openPort,
  openPortSync,
  publishName,
  publishNameSync,
  unpublishName,
  unpublishNameSync,
} from './ports-and-names.ts';
export { testAll, testAny, waitAllSync, waitAnySync, waitSomeSync } from './several-requests.ts';
