/** Collectives that combine data: reduce, allreduce and their kin (MPI-4.1 §6.9 to §6.11). */
import { allreduce, allreduceInto, allreduceIntoBlocked } from '../collectives/allreduce/allreduce.ts';
import type { Op } from '../collectives/operations/op.ts';
import { SUM } from '../collectives/operations/predefined.ts';
import { reduceScatterBlockInto, reduceScatterInto } from '../collectives/reduce-scatter/reduce-scatter.ts';
import { reduce, reduceInto, reduceIntoBlocked } from '../collectives/reduce/reduce.ts';
import type { Request } from '../engine/request.ts';
import type { BufferLike } from '../wire/element-type.ts';
import { DataMovement } from './data-movement.ts';

/**
 * The default operation is SUM. Values are combined as they are, buffers element by element, both in rank order where the
 * operation does not commute. Every process gives as many elements of the same kind. A send buffer that is also the
 * receive buffer is reduced in place (MPI_IN_PLACE); buffers that overlap otherwise are MPI_ERR_BUFFER.
 *
 * On an intercommunicator it is the other group's data that is combined: see {@link DataMovement} for the roots.
 */
export abstract class Reductions extends DataMovement {
  /**
   * The root gets the combination of everybody's value, the others undefined (MPI_Ireduce, MPI-4.1 §6.9.1).
   *
   * ```ts
   * const total = await comm.reduce(localCount, MPI.SUM, 0);
   * ```
   */
  reduce<T>(value: T, op: Op = SUM, root: number = 0): Request<T | undefined> {
    return this.start('reduce', reduce(this.core.ends, value, op, root));
  }

  /** The same, blocking (MPI_Reduce). */
  reduceSync<T>(value: T, op: Op = SUM, root: number = 0): T | undefined {
    return this.run('reduce', reduce(this.core.ends, value, op, root));
  }

  /** The root's `recv` gets the combination of everybody's elements; elsewhere it is ignored and may be null. */
  reduceInto(send: BufferLike, recv: BufferLike | null, op: Op = SUM, root: number = 0): Request {
    return this.start('reduceInto', reduceInto(this.core.ends, send, recv, op, root));
  }

  /** The same, blocking (MPI_Reduce). */
  reduceIntoSync(send: BufferLike, recv: BufferLike | null, op: Op = SUM, root: number = 0): void {
    this.runRest('reduceInto', reduceIntoBlocked(this.core.ends, send, recv, op, root));
  }

  /**
   * Everybody gets the combination of everybody's value; on an intercommunicator each group that of the other
   * (MPI_Iallreduce, MPI-4.1 §6.9.6).
   *
   * ```ts
   * const { value, index } = await comm.allreduce({ value: error, index: comm.rank }, MPI.MAXLOC);
   * ```
   */
  allreduce<T>(value: T, op: Op = SUM): Request<T> {
    return this.start('allreduce', allreduce(this.core.ends, value, op));
  }

  /** The same, blocking (MPI_Allreduce). */
  allreduceSync<T>(value: T, op: Op = SUM): T {
    return this.run('allreduce', allreduce(this.core.ends, value, op));
  }

  /** Everybody's `recv` gets the combination of everybody's elements (MPI_Iallreduce). */
  allreduceInto(send: BufferLike, recv: BufferLike, op: Op = SUM): Request {
    return this.start('allreduceInto', allreduceInto(this.core.ends, send, recv, op));
  }

  /** The same, blocking (MPI_Allreduce). */
  allreduceIntoSync(send: BufferLike, recv: BufferLike, op: Op = SUM): void {
    this.runRest('allreduceInto', allreduceIntoBlocked(this.core.ends, send, recv, op));
  }

  /**
   * Combines everybody's elements and shares the result out: the process of rank r gets `counts[r]` of them, one behind the
   * other (MPI_Ireduce_scatter, MPI-4.1 §6.10.2). On an intercommunicator the counts are those of the local group, which
   * shares out what the other group has given; their sum is as long as every send buffer on both sides. In place the
   * result takes the beginning of the send buffer.
   */
  reduceScatterInto(send: BufferLike, recv: BufferLike, counts: readonly number[], op: Op = SUM): Request {
    return this.start('reduceScatterInto', reduceScatterInto(this.core.ends, send, recv, counts, op));
  }

  /** The same, blocking (MPI_Reduce_scatter). */
  reduceScatterIntoSync(send: BufferLike, recv: BufferLike, counts: readonly number[], op: Op = SUM): void {
    this.run('reduceScatterInto', reduceScatterInto(this.core.ends, send, recv, counts, op));
  }

  /**
   * The same with as many elements for everybody: `send` is as long as `recv` times the number of processes
   * (MPI_Ireduce_scatter_block, MPI-4.1 §6.10.1).
   */
  reduceScatterBlockInto(send: BufferLike, recv: BufferLike, op: Op = SUM): Request {
    return this.start('reduceScatterBlockInto', reduceScatterBlockInto(this.core.ends, send, recv, op));
  }

  /** The same, blocking (MPI_Reduce_scatter_block). */
  reduceScatterBlockIntoSync(send: BufferLike, recv: BufferLike, op: Op = SUM): void {
    this.run('reduceScatterBlockInto', reduceScatterBlockInto(this.core.ends, send, recv, op));
  }
}
