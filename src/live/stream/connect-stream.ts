/** How a client comes to its master. */
import type { Communicator } from '../../index.ts';
import type { ConnectStreamOptions } from './client-options.ts';
import { ClientStream } from './client-stream.ts';

/**
 * Connects this process to the master of a stream, which has `comm` open with openStream. Not collective: the
 * clients of one communicator may connect when they like, or not at all.
 *
 * ```ts
 * await using stream = connectStream(MPI.COMM_WORLD);
 * const md = stream.update();
 * for (const event of events) {
 *   md.addArray('img', event.image, [704, 768]);
 *   md.small.intensity = event.sum;
 *   await md.send();
 * }
 * await stream.endRun();
 * ```
 *
 * An open stream keeps the process alive, as an open socket does.
 *
 * Who connects before the master has opened its stream waits for it; so does who connects again after a close, for the master's next one.
 * Where the master has closed its stream, and opens no other within a second or two, sends and close reject with MPI_ERR_OTHER.
 *
 * @throws {MPIError} MPI_ERR_ARG where an option makes no sense, or where this process has a stream to that master open on this
 * communicator, with the same tag.
 */
export function connectStream(comm: Communicator, options: ConnectStreamOptions = {}): ClientStream {
  return new ClientStream(comm, options);
}
