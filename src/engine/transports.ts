/** The transports of a process as one: which of them leads to a peer, and how all of them are polled and slept on. */
import { MPIError } from '../errors/mpi-error.ts';
import type { ProcessId } from '../model/process-id.ts';
import type { CommonBlocks } from '../transport/common-block.ts';
import type { Channel, Reception, Transport } from '../transport/transport.ts';

export class Transports {
  /** In the order of preference. */
  readonly #all: Transport[];
  #reception: Reception | null = null;

  constructor(all: readonly Transport[]) {
    this.#all = [...all];
  }

  start(reception: Reception): void {
    this.#reception = reception;
    for (const transport of this.#all) transport.start(reception);
  }

  /** One more, preferred to the others. */
  add(transport: Transport): void {
    this.#all.unshift(transport);
    if (this.#reception !== null) transport.start(this.#reception);
  }

  /** The way to a peer, by the first transport that leads there. */
  open(id: ProcessId): Channel {
    const transport = this.#all.find((candidate) => candidate.reaches(id));
    if (transport !== undefined) return transport.open(id);
    throw new MPIError(
      'MPI_ERR_OTHER',
      `Cannot reach process ${id}: no transport of this process leads there`,
    );
  }

  /** From now on the end of this process is told. */
  watch(id: ProcessId): void {
    this.#all.find((candidate) => candidate.reaches(id))?.watch(id);
  }

  sharesMemoryWith(id: ProcessId): boolean {
    const transport = this.#all.find((candidate) => candidate.reaches(id));
    return transport !== undefined && transport.remote !== true;
  }

  /** Memory in common with others, where a transport has any. */
  get common(): CommonBlocks | null {
    return this.#all.find(({ common }) => common !== undefined)?.common ?? null;
  }

  poll(): boolean {
    const all = this.#all;
    let moved = false;
    for (let k = 0; k < all.length; k++) if (all[k]!.poll()) moved = true;
    return moved;
  }

  /** Blocks the thread; throws where nothing could ever wake it. */
  sleep(timeoutMs: number): void {
    const waker = this.#all.find((transport) => transport.wakesBlockedThread);
    if (waker !== undefined) {
      waker.sleep(timeoutMs);
      return;
    }
    if (timeoutMs === Infinity) {
      throw new MPIError(
        'MPI_ERR_PENDING',
        'Cannot wait with a blocked thread: this process is alone, and nobody could ever end the wait; await the operation, or send first',
      );
    }
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, timeoutMs);
  }

  /** Calls `wake` once when any of them has probably something. */
  arm(wake: () => void): void {
    let armed = true;
    for (const transport of this.#all) {
      transport.arm(() => {
        if (!armed) return;
        armed = false;
        for (const other of this.#all) if (other !== transport) other.disarm();
        wake();
      });
    }
  }

  disarm(): void {
    for (const transport of this.#all) transport.disarm();
  }

  holdProcess(hold: boolean): void {
    for (const transport of this.#all) transport.holdProcess(hold);
  }

  close(): void {
    for (const transport of this.#all) transport.close();
  }
}
