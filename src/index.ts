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
import type { Intracommunicator } from './api/intracommunicator.ts';
import { MpiProcess } from './api/mpi-process.ts';
import type { Request } from './engine/request.ts';
import * as several from './p2p/wait-several.ts';

const mpi: MpiProcess = new MpiProcess(process.env);

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
 * Blocks until all are complete; their results (MPI_Waitall, MPI-4.1 §3.7.5). Where some fail: MPI_ERR_IN_STATUS, an
 * error whose `statuses` say which and why.
 */
export function waitAllSync<T>(requests: readonly Request<T>[]): T[] {
  return several.waitAll(mpi.engine.driver, requests);
}

/**
 * Blocks until at least one is complete; all that are (MPI_Waitsome). A request that this or its sisters for any of
 * several have handed out is passed over afterwards; without any other the list is empty.
 */
export function waitSomeSync<T>(requests: readonly Request<T>[]): { index: number; value: T }[] {
  return several.waitSome(mpi.engine.driver, requests);
}

/**
 * Blocks until one is complete (MPI_Waitany). A request that was handed out once is passed over afterwards; without
 * any other the index is UNDEFINED.
 */
export function waitAnySync<T>(requests: readonly Request<T>[]): { index: number; value: T } {
  return several.waitAny(mpi.engine.driver, requests);
}

/** Makes progress; the results where all are complete, else undefined (MPI_Testall). */
export function testAll<T>(requests: readonly Request<T>[]): T[] | undefined {
  return several.testAll(mpi.engine.driver, requests);
}

/** Makes progress; one that is complete and was not handed out yet, or undefined (MPI_Testany). */
export function testAny<T>(requests: readonly Request<T>[]): { index: number; value: T } | undefined {
  return several.testAny(mpi.engine.driver, requests);
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
export { Communicator } from './api/communicator.ts';
export {
  errorClass,
  errorString,
  getLibraryVersion,
  getProcessorName,
  getVersion,
  SUCCESS,
  wtick,
  wtime,
} from './api/environment.ts';
export { Intercommunicator } from './api/intercommunicator.ts';
export { Intracommunicator } from './api/intracommunicator.ts';
export { createOp, type Op } from './collectives/operations/op.ts';
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
export type { Message, Request, Status, WaitOptions } from './engine/request.ts';
export { MPIError } from './errors/mpi-error.ts';
export { ProcessFailedError } from './errors/process-failed-error.ts';
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
