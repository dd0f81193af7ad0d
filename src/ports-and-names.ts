/** Public functions of the dynamic process model (MPI-4.1 §11): parents, ports, names, join. */
import type { Socket } from 'node:net';
import type { Intercommunicator } from './api/intracommunicator.ts';
import { join as joinOver } from './api/join.ts';
import { checkPortOptions, Port, type PortOptions } from './api/port.ts';
import type { Request, WaitOptions } from './engine/request.ts';
import { mpi } from './this-process.ts';

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
