/**
 * Where other processes come in to look on: a port under a name. The program that has it is never waited for, nor waits: what
 * viewers do, come, go, hang, or die, happens in the background, and each has its own.
 */
import {
  COMM_SELF,
  type Intercommunicator,
  MPIError,
  openPort,
  type Port,
  publishName,
} from '../../../index.ts';
import { Guest } from '../../stream/guest.ts';
import { MpiPeer } from '../../stream/mpi-peer.ts';
import type { ViewerDesk } from '../../stream/viewer-desk.ts';
import { TAG_DEFAULT } from '../../stream/wire-tags.ts';
import { BufferPool } from '../../update/buffer-pool.ts';

/** Viewers say little. */
const MESSAGE_BYTES_MAX = 65_536;

export class Door {
  readonly #port: Port;
  readonly #desk: ViewerDesk;
  readonly #closing = new AbortController();
  readonly #pool = new BufferPool({ bytesMax: 2 ** 20 });

  private constructor(port: Port, desk: ViewerDesk) {
    this.#port = port;
    this.#desk = desk;
  }

  /** @throws MPIError where somebody else has the name. */
  static async open(name: string, desk: ViewerDesk): Promise<Door> {
    const port = await openPort();
    try {
      await publishName(name, port);
    } catch (error) {
      await port.close();
      throw error;
    }
    const door = new Door(port, desk);
    void door.#letIn();
    return door;
  }

  get port(): string {
    return this.#port.name;
  }

  async close(): Promise<void> {
    this.#closing.abort();
    await this.#port.close();
  }

  async #letIn(): Promise<void> {
    try {
      for await (const comm of COMM_SELF.accepting(this.#port, { signal: this.#closing.signal }))
        void this.#serve(comm);
    } catch (error) {
      // The port is closed, or the process ends.
      if (!this.#closing.signal.aborted && !(error instanceof MPIError)) throw error;
    }
  }

  async #serve(comm: Intercommunicator): Promise<void> {
    await Promise.all(Array.from({ length: comm.remoteSize }, (_, rank) => this.#receive(comm, rank)));
    // In the background: a disconnect would wait for a viewer that hangs.
    comm.free();
  }

  async #receive(comm: Intercommunicator, rank: number): Promise<void> {
    const peer = new MpiPeer(comm, rank, TAG_DEFAULT, this.#pool, MESSAGE_BYTES_MAX);
    const guest = new Guest(comm, rank, TAG_DEFAULT, peer, {
      desk: () => this.#desk,
      client: (peer) => {
        peer.tell({ closed: 'this port is for those who look on; clients are not taken here' });
        peer.hangUp();
        return {
          message: (buffer) => {
            buffer.release();
            return Promise.resolve();
          },
          over: () => undefined,
        };
      },
    });
    const { signal } = this.#closing;
    const dismiss = (): void => guest.dismiss();
    signal.addEventListener('abort', dismiss, { once: true });
    await guest.receive(() => signal.removeEventListener('abort', dismiss));
    signal.removeEventListener('abort', dismiss);
  }
}
