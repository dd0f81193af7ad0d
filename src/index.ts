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
import type { Socket } from 'node:net';
import * as fromGroups from './api/from-groups.ts';
import type { Intercommunicator, Intracommunicator } from './api/intracommunicator.ts';
import { join as joinOver } from './api/join.ts';
import { MpiProcess } from './api/mpi-process.ts';
import { checkPortOptions, Port, type PortOptions } from './api/port.ts';
import type { Request, WaitOptions } from './engine/request.ts';
import type { Group } from './model/group.ts';
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

/**
 * The intercommunicator to the processes that spawned this one; null where nobody did, or after it was disconnected
 * (MPI_Comm_get_parent, MPI-4.1 §11.8.2).
 */
export function getParent(): Intercommunicator | null {
  return mpi.parent;
}

/**
 * Opens a port, where clients find this process (MPI_Open_port, MPI-4.1 §11.9.2). It is closed when the process ends.
 *
 * ```ts
 * await using port = await MPI.openPort();
 * console.log(`connect to ${port.name}`);
 * const client = await MPI.COMM_SELF.accept(port);
 * ```
 *
 * @throws {MPIError} MPI_ERR_INFO_KEY, MPI_ERR_INFO_VALUE for wrong options.
 */
export function openPort(options?: PortOptions): Promise<Port> {
  return promised(() => openPortSync(options));
}

/** The same, at once. */
export function openPortSync(options: PortOptions = {}): Port {
  checkPortOptions(options);
  const surroundings = mpi.surroundings();
  return new Port(surroundings, mpi.self, surroundings.ports.open());
}

/**
 * Closes a port of this process (MPI_Close_port): clients that wait there are refused.
 *
 * @throws {MPIError} MPI_ERR_PORT where this process has no such port open.
 */
export function closePort(port: Port | string): Promise<void> {
  return promised(() => {
    const { ports } = mpi.surroundings();
    ports.close(ports.find(String(port), 'close'));
  });
}

/**
 * Publishes a port under a name, visible to all jobs of the same user on this host, until it is unpublished or the process
 * ends (MPI_Publish_name, MPI-4.1 §11.9.4).
 *
 * @throws {MPIError} MPI_ERR_SERVICE where the name is taken.
 */
export function publishName(service: string, port: Port | string): Promise<void> {
  return promised(() => publishNameSync(service, port));
}

/** The same, at once. */
export function publishNameSync(service: string, port: Port | string): void {
  mpi.names.publish(service, String(port));
}

/**
 * Withdraws a name that this process has published (MPI_Unpublish_name). A `port` that is given has to be the published one.
 *
 * @throws {MPIError} MPI_ERR_SERVICE where this process has not published it.
 */
export function unpublishName(service: string, port?: Port | string): Promise<void> {
  return promised(() => unpublishNameSync(service, port));
}

/** The same, at once. */
export function unpublishNameSync(service: string, port?: Port | string): void {
  mpi.names.unpublish(service, port === undefined ? undefined : String(port));
}

/**
 * The name of the port that is published under a name (MPI_Lookup_name). With `timeout` it waits that many milliseconds
 * for somebody to publish it.
 *
 * @throws {MPIError} MPI_ERR_NAME where nobody publishes it.
 */
export function lookupName(service: string, options: WaitOptions = {}): Promise<string> {
  return mpi.names.waitFor(service, options);
}

/** The same, blocking. */
export function lookupNameSync(service: string, options: { timeout?: number } = {}): string {
  return mpi.names.waitForSync(service, options.timeout ?? 0, () => void mpi.engine.driver.progress());
}

/**
 * An intercommunicator of two processes that have a connected stream socket between them, TCP or Unix, and both call this
 * (MPI_Comm_join, MPI-4.1 §11.10.6). The socket is used for a short handshake and nothing else: bytes behind it, listeners, encoding and
 * flow stay its owner's. Nothing that was sent before may still be unread. To be awaited: a blocked thread reads no socket.
 *
 * ```ts
 * const peer = await MPI.join(socket, { timeout: 5000 });
 * await peer.send('hello', 0);
 * ```
 *
 * @throws {MPIError} MPI_ERR_ARG for something else than an open socket; rejects with MPI_ERR_OTHER where the other end does
 * not join, is closed, or cannot be reached through this host's memory, with MPI_ERR_TIMEOUT after `options.timeout` ms.
 */
export function join(socket: Socket, options: WaitOptions = {}): Request<Intercommunicator> {
  return joinOver(mpi, socket, options);
}

async function promised<T>(act: () => T): Promise<T> {
  return await Promise.resolve(act());
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

/**
 * What an error class or code means, in a sentence (MPI_Error_string, MPI-4.1 §9.4); '' for one that the program has added
 * and given no text.
 *
 * @throws {MPIError} MPI_ERR_ARG where no class or code has this number.
 */
export function errorString(code: number): string {
  return mpi.errorCodes.text(code);
}

/**
 * Number of a named class: `errorClass('MPI_ERR_PORT')`; or the class that a code belongs to (MPI_Error_class, MPI-4.1
 * §9.4).
 *
 * @throws {MPIError} MPI_ERR_ARG where there is no such class or code.
 */
export function errorClass(nameOrCode: string | number): number {
  return typeof nameOrCode === 'number'
    ? mpi.errorCodes.classOf(nameOrCode)
    : mpi.errorCodes.classNamed(nameOrCode);
}

/**
 * Adds an error class of the program's own; its number (MPI_Add_error_class, MPI-4.1 §9.5). Known in this process only.
 *
 * ```ts
 * const overload = MPI.addErrorClass();
 * MPI.addErrorString(overload, 'More clients than the master can show');
 * MPI.COMM_WORLD.callErrhandler(overload);
 * ```
 */
export function addErrorClass(): number {
  return mpi.errorCodes.addClass();
}

/** Adds an error code to a class, predefined or added; its number (MPI_Add_error_code). */
export function addErrorCode(errorClass: number): number {
  return mpi.errorCodes.addCode(errorClass);
}

/** Gives an added class or code a text, or another one (MPI_Add_error_string). */
export function addErrorString(code: number, text: string): void {
  mpi.errorCodes.setText(code, text);
}

/**
 * Removes an added class, which may have neither codes nor a text any more (MPI_Remove_error_class, MPI-4.1 §9.5). Its
 * number is not given out again.
 */
export function removeErrorClass(errorClass: number): void {
  mpi.errorCodes.removeClass(errorClass);
}

/** Removes an added code, which may not have a text any more (MPI_Remove_error_code). */
export function removeErrorCode(code: number): void {
  mpi.errorCodes.removeCode(code);
}

/** Takes the text of an added class or code away: it is '' then (MPI_Remove_error_string). */
export function removeErrorString(code: number): void {
  mpi.errorCodes.removeText(code);
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
