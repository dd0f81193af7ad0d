/** How a master comes to its clients: a communicator that both are in, an intercommunicator, or a port. */
import { COMM_SELF, type Communicator, Intercommunicator, type Port } from '../../index.ts';
import { Doorkeeper } from './doorkeeper.ts';
import { Guest } from './guest.ts';
import type { ClientEntry } from './client-entry.ts';
import type { OpenStreamOptions } from './master-options.ts';
import { MasterStream } from './master-stream.ts';
import { MpiPeer, type PeerEvents } from './mpi-peer.ts';
import { relieveDoorkeeper } from './stream-ends.ts';
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
  readonly #doorkeepers = new Map<Communicator, Doorkeeper>();

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
    const before = this.#takeOver(comm, ranks);
    for (const rank of ranks) void this.#attach(comm, rank, before);
  }

  override async close(): Promise<void> {
    try {
      await super.close();
    } finally {
      for (const doorkeeper of this.#doorkeepers.values()) doorkeeper.begin();
    }
  }

  /**
   * Takes on every process that connects to the port, in the background, until the port closes, the signal fires or the stream
   * closes; the promise resolves then. The loop over events does not end before that. What a process is it says itself: a client,
   * or a viewer, which goes to the page of the stream (`serveView({ stream })`) and is none of the stream's business.
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
    const guests = clientRanks(comm).map((rank) => this.#receiveGuest(comm, rank));
    const haveViewed = await Promise.all(guests);
    // A viewer that hangs would never come to a disconnect; where a client has died there is nothing to take leave of.
    if (haveViewed.includes(true)) comm.free();
    else await comm.disconnect().catch(() => undefined);
  }

  /** True where it was no client. */
  async #receiveGuest(comm: Intercommunicator, rank: number): Promise<boolean> {
    const noMore = this.awaitMore();
    const peer = new MpiPeer(comm, rank, this.#tag, this.pool, this.#messageBytesMax);
    const guest = new Guest(comm, rank, this.#tag, peer, {
      desk: () => this.viewerDesk ?? 'the program there has a stream, and shows nothing of it',
      client: (peer) => this.#eventsOf(this.join(peer, `rank ${rank}`, false)),
    });
    const dismiss = (): void => guest.dismiss();
    this.closedSignal.addEventListener('abort', dismiss, { once: true });
    await guest.receive(noMore);
    this.closedSignal.removeEventListener('abort', dismiss);
    return !guest.isClient;
  }

  /** Speaks for the tag; whoever did before. */
  #takeOver(comm: Communicator, ranks: readonly number[]): Doorkeeper | undefined {
    const mine = this.#doorkeepers.get(comm);
    const doorkeeper = mine ?? new Doorkeeper(comm, this.#tag);
    doorkeeper.expect(ranks);
    if (mine !== undefined) return undefined;
    this.#doorkeepers.set(comm, doorkeeper);
    return relieveDoorkeeper(comm, this.#tag, doorkeeper);
  }

  async #attach(comm: Communicator, rank: number, before: Doorkeeper | undefined): Promise<void> {
    const peer = new MpiPeer(comm, rank, this.#tag, this.pool, this.#messageBytesMax);
    const entry = this.join(peer, `rank ${rank}`, true);
    if (before !== undefined) await before.settled(rank);
    await peer.receiveFrames(this.#eventsOf(entry));
  }

  #eventsOf(entry: ClientEntry): PeerEvents {
    return {
      message: (buffer) => this.offer(entry, buffer),
      over: (error) => {
        if (error !== null) this.fail(entry, error);
      },
    };
  }
}

function clientRanks(comm: Communicator): number[] {
  if (comm instanceof Intercommunicator) return Array.from({ length: comm.remoteSize }, (_, rank) => rank);
  return Array.from({ length: comm.size }, (_, rank) => rank).filter((rank) => rank !== comm.rank);
}
