/** Public functions on several requests at a time (MPI-4.1 §3.7.5). */
import type { Request } from './engine/request.ts';
import * as several from './p2p/wait-several.ts';
import { mpi } from './this-process.ts';

/**
 * Blocks until all are complete; their results (MPI_Waitall, MPI-4.1 §3.7.5). Where some fail: MPI_ERR_IN_STATUS, an
 * error whose `statuses` say which and why.
 */
export function waitAllSync<T>(requests: readonly Request<T>[]): T[] {
  return several.waitAll(mpi.engine.driver, requests);
}

/**
 * Blocks until at least one is complete; all that are (MPI_Waitsome). A request that this or its sisters for any of
 * several have handed out is passed over afterwards; without any other the list is empty. Where some have failed:
 * MPI_ERR_IN_STATUS, an error with a status for each request, which hands out those that failed; the others that are complete
 * come with the next call.
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
