/** Collectives that move data: barrier, bcast, gather, scatter, allgather, alltoall (MPI-4.1 §6.3 to §6.8). */
import { barrier } from '../collectives/barrier/barrier.ts';
import { bcast, bcastInto } from '../collectives/bcast/bcast.ts';
import { gather, gatherInto } from '../collectives/gather/gather.ts';
import type { Request } from '../engine/request.ts';
import type { BufferLike } from '../wire/element-type.ts';
import { Protocols } from './protocols.ts';

/**
 * On an intercommunicator `root` is ROOT at the root, PROC_NULL at its companions, and the root's rank in the remote group
 * everywhere else. Every process of a communicator starts its collectives in the same order.
 */
export abstract class DataMovement extends Protocols {
  /** Complete when every process has come to it (MPI_Ibarrier, MPI-4.1 §6.3). */
  barrier(): Request {
    return this.start(barrier(this.core.ends));
  }

  /** The same, blocking (MPI_Barrier). */
  barrierSync(): void {
    this.run(barrier(this.core.ends));
  }

  /**
   * Gives everybody the root's value; what the others pass is ignored (MPI_Ibcast, MPI-4.1 §6.4).
   *
   * ```ts
   * const settings = await comm.bcast(comm.rank === 0 ? readSettings() : null, 0);
   * ```
   */
  bcast<T>(value: T, root: number = 0): Request<T> {
    return this.start(bcast(this.core.ends, value, root));
  }

  /** The same, blocking (MPI_Bcast). */
  bcastSync<T>(value: T, root: number = 0): T {
    return this.run(bcast(this.core.ends, value, root));
  }

  /** Fills everybody's buffer with the elements of the root's; as long everywhere (MPI_Ibcast). */
  bcastInto(buffer: BufferLike, root: number = 0): Request {
    return this.start(bcastInto(this.core.ends, buffer, root));
  }

  /** The same, blocking (MPI_Bcast). */
  bcastIntoSync(buffer: BufferLike, root: number = 0): void {
    this.run(bcastInto(this.core.ends, buffer, root));
  }

  /** The root gets everybody's value in rank order, the others undefined (MPI_Igather, MPI-4.1 §6.5). */
  gather<T>(value: T, root: number = 0): Request<T[] | undefined> {
    return this.start(gather(this.core.ends.local, value, root));
  }

  /** The same, blocking (MPI_Gather). */
  gatherSync<T>(value: T, root: number = 0): T[] | undefined {
    return this.run(gather(this.core.ends.local, value, root));
  }

  /** The root's `recv` gets everybody's elements in rank order; elsewhere it is ignored and may be null (MPI_Igather). */
  gatherInto(send: BufferLike, recv: BufferLike | null, root: number = 0): Request {
    return this.start(gatherInto(this.core.ends.local, send, recv, root));
  }

  /** The same, blocking (MPI_Gather). */
  gatherIntoSync(send: BufferLike, recv: BufferLike | null, root: number = 0): void {
    this.run(gatherInto(this.core.ends.local, send, recv, root));
  }
}
