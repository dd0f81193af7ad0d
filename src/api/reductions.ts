/** Collectives that combine data: reduce, allreduce and their kin (MPI-4.1 §6.9 to §6.11). */
import { allreduce, allreduceInto } from '../collectives/allreduce/allreduce.ts';
import type { Op } from '../collectives/operations/op.ts';
import { SUM } from '../collectives/operations/predefined.ts';
import { reduce, reduceInto } from '../collectives/reduce/reduce.ts';
import type { Request } from '../engine/request.ts';
import type { BufferLike } from '../wire/element-type.ts';
import { DataMovement } from './data-movement.ts';

/** The default operation is SUM. Roots on an intercommunicator: see {@link DataMovement}. */
export abstract class Reductions extends DataMovement {
  /**
   * The root gets the combination of everybody's value, the others undefined (MPI_Ireduce, MPI-4.1 §6.9.1). The
   * default operation is SUM.
   *
   * ```ts
   * const total = await comm.reduce(localCount, MPI.SUM, 0);
   * ```
   */
  reduce<T>(value: T, op: Op = SUM, root: number = 0): Request<T | undefined> {
    return this.start(reduce(this.core.ends.local, value, op, root));
  }

  /** The same, blocking (MPI_Reduce). */
  reduceSync<T>(value: T, op: Op = SUM, root: number = 0): T | undefined {
    return this.run(reduce(this.core.ends.local, value, op, root));
  }

  /** The root's `recv` gets the combination of everybody's elements; elsewhere it is ignored and may be null. */
  reduceInto(send: BufferLike, recv: BufferLike | null, op: Op = SUM, root: number = 0): Request {
    return this.start(reduceInto(this.core.ends.local, send, recv, op, root));
  }

  /** The same, blocking (MPI_Reduce). */
  reduceIntoSync(send: BufferLike, recv: BufferLike | null, op: Op = SUM, root: number = 0): void {
    this.run(reduceInto(this.core.ends.local, send, recv, op, root));
  }

  /** Everybody gets the combination of everybody's value (MPI_Iallreduce, MPI-4.1 §6.9.6). */
  allreduce<T>(value: T, op: Op = SUM): Request<T> {
    return this.start(allreduce(this.core.ends.local, value, op));
  }

  /** The same, blocking (MPI_Allreduce). */
  allreduceSync<T>(value: T, op: Op = SUM): T {
    return this.run(allreduce(this.core.ends.local, value, op));
  }

  /** Everybody's `recv` gets the combination of everybody's elements (MPI_Iallreduce). */
  allreduceInto(send: BufferLike, recv: BufferLike, op: Op = SUM): Request {
    return this.start(allreduceInto(this.core.ends.local, send, recv, op));
  }

  /** The same, blocking (MPI_Allreduce). */
  allreduceIntoSync(send: BufferLike, recv: BufferLike, op: Op = SUM): void {
    this.run(allreduceInto(this.core.ends.local, send, recv, op));
  }
}
