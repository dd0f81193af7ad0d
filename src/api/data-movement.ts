/** Collectives that move data: barrier, bcast, gather, scatter, allgather, alltoall (MPI-4.1 §6.3 to §6.8). */
import {
  allgather,
  allgatherInto,
  allgatherIntoBlocked,
  allgathervInto,
} from '../collectives/allgather/allgather.ts';
import {
  alltoall,
  alltoallInto,
  alltoallIntoBlocked,
  alltoallvInto,
} from '../collectives/alltoall/alltoall.ts';
import { barrier, barrierBlocked } from '../collectives/barrier/barrier.ts';
import { bcast, bcastInto, bcastIntoBlocked } from '../collectives/bcast/bcast.ts';
import { gather, gatherInto, gathervInto } from '../collectives/gather/gather.ts';
import { scatter, scatterInto, scattervInto } from '../collectives/scatter/scatter.ts';
import type { Request } from '../engine/request.ts';
import type { BufferLike } from '../wire/element-type.ts';
import { Protocols } from './protocols.ts';

/**
 * On an intercommunicator `root` is ROOT at the root, PROC_NULL at its companions, and the root's rank in the remote group
 * everywhere else; data goes between the groups, never within one. Every process of a communicator starts its
 * collectives in the same order.
 *
 * The verbs with `Into` move elements of buffers that the program owns and must leave alone until the request is
 * complete. Counts and displacements are in elements of the buffer that they belong to, one for each process (on an
 * intercommunicator: of the remote group); without displacements the blocks are packed. Arguments that count at the root
 * alone may be null elsewhere. Lengths that do not fit are MPI_ERR_BUFFER, MPI_ERR_COUNT or MPI_ERR_TRUNCATE, buffers
 * of other elements MPI_ERR_TYPE, a root that is none MPI_ERR_ROOT.
 */
export abstract class DataMovement extends Protocols {
  /** Complete when every process has come to it, on an intercommunicator every one of the remote group (MPI_Ibarrier, MPI-4.1 §6.3). */
  barrier(): Request {
    return this.start('barrier', barrier(this.core.ends));
  }

  /** The same, blocking (MPI_Barrier). */
  barrierSync(): void {
    this.runRest('barrier', barrierBlocked(this.core.ends));
  }

  /**
   * Gives everybody the root's value; what the others pass is ignored (MPI_Ibcast, MPI-4.1 §6.4). The root gets its own
   * back; on an intercommunicator the root and its companions get undefined.
   *
   * ```ts
   * const settings = await comm.bcast(comm.rank === 0 ? readSettings() : null, 0);
   * ```
   */
  bcast<T>(value: T, root: number = 0): Request<T> {
    return this.start('bcast', bcast(this.core.ends, value, root));
  }

  /** The same, blocking (MPI_Bcast). */
  bcastSync<T>(value: T, root: number = 0): T {
    return this.run('bcast', bcast(this.core.ends, value, root));
  }

  /** Fills everybody's buffer with the elements of the root's; as long everywhere (MPI_Ibcast). */
  bcastInto(buffer: BufferLike, root: number = 0): Request {
    return this.start('bcastInto', bcastInto(this.core.ends, buffer, root));
  }

  /** The same, blocking (MPI_Bcast). */
  bcastIntoSync(buffer: BufferLike, root: number = 0): void {
    this.runRest('bcastInto', bcastIntoBlocked(this.core.ends, buffer, root));
  }

  /** The root gets everybody's value in rank order, the others undefined (MPI_Igather, MPI-4.1 §6.5). */
  gather<T>(value: T, root: number = 0): Request<T[] | undefined> {
    return this.start('gather', gather(this.core.ends, value, root));
  }

  /** The same, blocking (MPI_Gather). */
  gatherSync<T>(value: T, root: number = 0): T[] | undefined {
    return this.run('gather', gather(this.core.ends, value, root));
  }

  /**
   * The root's `recv` gets everybody's elements in rank order, as many from each: it is as long as all of them together.
   * Elsewhere it is ignored (MPI_Igather).
   */
  gatherInto(send: BufferLike, recv: BufferLike | null, root: number = 0): Request {
    return this.start('gatherInto', gatherInto(this.core.ends, send, recv, root));
  }

  /** The same, blocking (MPI_Gather). */
  gatherIntoSync(send: BufferLike, recv: BufferLike | null, root: number = 0): void {
    this.run('gatherInto', gatherInto(this.core.ends, send, recv, root));
  }

  /**
   * The root's `recv` gets `counts[r]` elements of each rank r, from element `displs[r]` on; blocks may not overlap. All
   * three count at the root alone (MPI_Igatherv).
   *
   * ```ts
   * // Rank r has r + 1 elements.
   * const counts = Array.from({ length: comm.size }, (_, r) => r + 1);
   * const all = comm.rank === 0 ? new Float64Array((comm.size * (comm.size + 1)) / 2) : null;
   * await comm.gathervInto(new Float64Array(comm.rank + 1), all, counts);
   * ```
   */
  gathervInto(
    send: BufferLike,
    recv: BufferLike | null,
    counts: readonly number[] | null,
    displs?: readonly number[] | null,
    root: number = 0,
  ): Request {
    return this.start('gathervInto', gathervInto(this.core.ends, send, recv, counts, displs, root));
  }

  /** The same, blocking (MPI_Gatherv). */
  gathervIntoSync(
    send: BufferLike,
    recv: BufferLike | null,
    counts: readonly number[] | null,
    displs?: readonly number[] | null,
    root: number = 0,
  ): void {
    this.run('gathervInto', gathervInto(this.core.ends, send, recv, counts, displs, root));
  }

  /**
   * Gives each rank r the root's `values[r]`; the root's own comes back as it is. On an intercommunicator the root and its
   * companions get undefined (MPI_Iscatter, MPI-4.1 §6.6).
   *
   * ```ts
   * const mine = await comm.scatter(comm.rank === 0 ? splitWork(comm.size) : null, 0);
   * ```
   */
  scatter<T>(values: readonly T[] | null | undefined, root: number = 0): Request<T> {
    return this.start('scatter', scatter(this.core.ends, values, root));
  }

  /** The same, blocking (MPI_Scatter). */
  scatterSync<T>(values: readonly T[] | null | undefined, root: number = 0): T {
    return this.run('scatter', scatter(this.core.ends, values, root));
  }

  /**
   * Everybody's `recv` gets its part of the root's `send`, which is as long as all of them together; elsewhere `send` is
   * ignored (MPI_Iscatter).
   */
  scatterInto(send: BufferLike | null, recv: BufferLike, root: number = 0): Request {
    return this.start('scatterInto', scatterInto(this.core.ends, send, recv, root));
  }

  /** The same, blocking (MPI_Scatter). */
  scatterIntoSync(send: BufferLike | null, recv: BufferLike, root: number = 0): void {
    this.run('scatterInto', scatterInto(this.core.ends, send, recv, root));
  }

  /**
   * The `recv` of each rank r gets `counts[r]` elements of the root's `send`, from element `displs[r]` on. All three count
   * at the root alone; `recv` is as long as its own count (MPI_Iscatterv).
   */
  scattervInto(
    send: BufferLike | null,
    counts: readonly number[] | null,
    displs: readonly number[] | null,
    recv: BufferLike,
    root: number = 0,
  ): Request {
    return this.start('scattervInto', scattervInto(this.core.ends, send, counts, displs, recv, root));
  }

  /** The same, blocking (MPI_Scatterv). */
  scattervIntoSync(
    send: BufferLike | null,
    counts: readonly number[] | null,
    displs: readonly number[] | null,
    recv: BufferLike,
    root: number = 0,
  ): void {
    this.run('scattervInto', scattervInto(this.core.ends, send, counts, displs, recv, root));
  }

  /** Everybody gets everybody's value in rank order, on an intercommunicator the remote group's (MPI_Iallgather, MPI-4.1 §6.7). */
  allgather<T>(value: T): Request<T[]> {
    return this.start('allgather', allgather(this.core.ends, value));
  }

  /** The same, blocking (MPI_Allgather). */
  allgatherSync<T>(value: T): T[] {
    return this.run('allgather', allgather(this.core.ends, value));
  }

  /**
   * Everybody's `recv` gets everybody's elements in rank order, as many from each. On an intercommunicator the two
   * directions may differ in length, and one may be empty (MPI_Iallgather).
   */
  allgatherInto(send: BufferLike, recv: BufferLike): Request {
    return this.start('allgatherInto', allgatherInto(this.core.ends, send, recv));
  }

  /** The same, blocking (MPI_Allgather). */
  allgatherIntoSync(send: BufferLike, recv: BufferLike): void {
    this.runRest('allgatherInto', allgatherIntoBlocked(this.core.ends, send, recv));
  }

  /**
   * Everybody's `recv` gets `counts[r]` elements of each rank r, from element `displs[r]` on; blocks may not overlap.
   * Counts are the same at every process (MPI_Iallgatherv).
   */
  allgathervInto(
    send: BufferLike,
    recv: BufferLike,
    counts: readonly number[],
    displs?: readonly number[],
  ): Request {
    return this.start('allgathervInto', allgathervInto(this.core.ends, send, recv, counts, displs));
  }

  /** The same, blocking (MPI_Allgatherv). */
  allgathervIntoSync(
    send: BufferLike,
    recv: BufferLike,
    counts: readonly number[],
    displs?: readonly number[],
  ): void {
    this.run('allgathervInto', allgathervInto(this.core.ends, send, recv, counts, displs));
  }

  /** Gives each rank r this process' `values[r]`; everybody gets what each had for it (MPI_Ialltoall, MPI-4.1 §6.8). */
  alltoall<T>(values: readonly T[]): Request<T[]> {
    return this.start('alltoall', alltoall(this.core.ends, values));
  }

  /** The same, blocking (MPI_Alltoall). */
  alltoallSync<T>(values: readonly T[]): T[] {
    return this.run('alltoall', alltoall(this.core.ends, values));
  }

  /**
   * Gives each rank its part of `send`, and fills `recv` with what each had for this process, in rank order, as many
   * elements for each. The buffers may not overlap (MPI_Ialltoall).
   */
  alltoallInto(send: BufferLike, recv: BufferLike): Request {
    return this.start('alltoallInto', alltoallInto(this.core.ends, send, recv));
  }

  /** The same, blocking (MPI_Alltoall). */
  alltoallIntoSync(send: BufferLike, recv: BufferLike): void {
    this.runRest('alltoallInto', alltoallIntoBlocked(this.core.ends, send, recv));
  }

  /**
   * Gives each rank r `sendCounts[r]` elements of `send`, from `sendDispls[r]` on, and gets `recvCounts[r]` from it into
   * `recv`, from `recvDispls[r]` on. Blocks of `recv` may not overlap, nor may the buffers (MPI_Ialltoallv).
   */
  alltoallvInto(
    send: BufferLike,
    sendCounts: readonly number[],
    sendDispls: readonly number[],
    recv: BufferLike,
    recvCounts: readonly number[],
    recvDispls: readonly number[],
  ): Request {
    return this.start(
      'alltoallvInto',
      alltoallvInto(this.core.ends, send, sendCounts, sendDispls, recv, recvCounts, recvDispls),
    );
  }

  /** The same, blocking (MPI_Alltoallv). */
  alltoallvIntoSync(
    send: BufferLike,
    sendCounts: readonly number[],
    sendDispls: readonly number[],
    recv: BufferLike,
    recvCounts: readonly number[],
    recvDispls: readonly number[],
  ): void {
    this.run(
      'alltoallvInto',
      alltoallvInto(this.core.ends, send, sendCounts, sendDispls, recv, recvCounts, recvDispls),
    );
  }
}
