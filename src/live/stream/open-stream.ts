/** How a master comes to its clients: a communicator that both are in, an intercommunicator, or a port. */
import { COMM_SELF, type Communicator, Intercommunicator, type Port } from '../../index.ts';
import type { OpenStreamOptions } from './master-options.ts';
import { MasterStream } from './master-stream.ts';
import { MpiPeer } from './mpi-peer.ts';
import { TAG_DEFAULT } from './wire-tags.ts';

/**
 * Opens a stream as its master, to the clients of a communicator; or to nobody yet, where they come through a port.
 *
 * ```ts
 * await using stream = openStream(MPI.COMM_WORLD);
 * for await (const event of stream) {
 *   if (event.type === 'update') total.add(event.array('spectrum', Float64Array));
 *   if (event.type === 'runEnded') console.log(`run ${event.run}: ${event.report.lost} updates lost`);
 * }
 * ```
 *
 * The loop ends when every client has left or failed, and no port is open for more.
 */
export function openStream(comm: Communicator | null, options: OpenStreamOptions = {}): OpenedStream {
  const stream = new OpenedStream(options);
  if (comm !== null) stream.attach(comm, options.clients);
  return stream;
}

export class OpenedStream extends MasterStream {
  readonly #tag: number;
  readonly #messageBytesMax: number;

  constructor(options: OpenStreamOptions) {
    super(options);
    this.#tag = options.tag ?? TAG_DEFAULT;
    this.#messageBytesMax = options.messageBytesMax ?? 2 ** 30;
  }

  /**
   * Takes processes of a communicator as clients, whether they connect at once or later: all others by default, all remote
   * ones of an intercommunicator. Runs wait for them from the start.
   */
  attach(comm: Communicator, ranks: readonly number[] = clientRanks(comm)): void {
    for (const rank of ranks) void this.#attach(comm, rank, true);
  }

  /**
   * Takes every process that connects to the port as a client, in the background, until the port closes, the signal fires or
   * the stream closes; the promise resolves then. The loop over events does not end before that.
   */
  async accept(port: Port | string, { signal }: { readonly signal?: AbortSignal } = {}): Promise<void> {
    const until = signal === undefined ? this.closedSignal : AbortSignal.any([signal, this.closedSignal]);
    const noMore = this.awaitMore();
    try {
      for await (const comm of COMM_SELF.accepting(port, { signal: until })) void this.#serve(comm);
    } catch (error) {
      if (!until.aborted) throw error;
    } finally {
      noMore();
    }
  }

  async #serve(comm: Intercommunicator): Promise<void> {
    await Promise.all(clientRanks(comm).map((rank) => this.#attach(comm, rank, false)));
    // Where the other side has died there is nothing to take leave of.
    await comm.disconnect().catch(() => undefined);
  }

  #attach(comm: Communicator, rank: number, expected: boolean): Promise<void> {
    const peer = new MpiPeer(comm, rank, this.#tag);
    const entry = this.join(peer, `rank ${rank}`, expected);
    return peer.receive(this.pool, this.#messageBytesMax, {
      message: (buffer) => this.offer(entry, buffer),
      over: (error) => {
        if (error !== null) this.fail(entry, error);
      },
    });
  }
}

function clientRanks(comm: Communicator): number[] {
  if (comm instanceof Intercommunicator) return Array.from({ length: comm.remoteSize }, (_, rank) => rank);
  return Array.from({ length: comm.size }, (_, rank) => rank).filter((rank) => rank !== comm.rank);
}
