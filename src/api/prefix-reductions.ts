/** Reductions of what the ranks up to one's own give: scan and exscan, which intracommunicators alone have. */
import type { Op } from '../collectives/operations/op.ts';
import { SUM } from '../collectives/operations/predefined.ts';
import { exscan, exscanInto, scan, scanInto } from '../collectives/scan/scan.ts';
import type { Request } from '../engine/request.ts';
import type { BufferLike } from '../wire/element-type.ts';
import { Communicator } from './communicator.ts';

/** The default operation is SUM; operands come in rank order. Buffers as in the other reductions, also in place. */
export abstract class PrefixReductions extends Communicator {
  /**
   * The combination of the values of all ranks up to this one (MPI_Iscan, MPI-4.1 §6.11.1).
   *
   * ```ts
   * const end = await comm.scan(lines.length); // lines of this rank and all below it
   * ```
   */
  scan<T>(value: T, op: Op = SUM): Request<T> {
    return this.start('scan', scan(this.core.ends.local, value, op));
  }

  /** The same, blocking (MPI_Scan). */
  scanSync<T>(value: T, op: Op = SUM): T {
    return this.run('scan', scan(this.core.ends.local, value, op));
  }

  /** `recv` gets the combination of the elements of all ranks up to this one (MPI_Iscan). */
  scanInto(send: BufferLike, recv: BufferLike, op: Op = SUM): Request {
    return this.start('scanInto', scanInto(this.core.ends.local, send, recv, op));
  }

  /** The same, blocking (MPI_Scan). */
  scanIntoSync(send: BufferLike, recv: BufferLike, op: Op = SUM): void {
    this.run('scanInto', scanInto(this.core.ends.local, send, recv, op));
  }

  /**
   * The combination of the values of all ranks below this one; undefined at rank 0 (MPI_Iexscan, MPI-4.1 §6.11.2).
   *
   * ```ts
   * const firstLine = (await comm.exscan(lines.length)) ?? 0;
   * ```
   */
  exscan<T>(value: T, op: Op = SUM): Request<T | undefined> {
    return this.start('exscan', exscan(this.core.ends.local, value, op));
  }

  /** The same, blocking (MPI_Exscan). */
  exscanSync<T>(value: T, op: Op = SUM): T | undefined {
    return this.run('exscan', exscan(this.core.ends.local, value, op));
  }

  /** `recv` gets the combination of the elements of all ranks below this one; at rank 0 it stays as it is (MPI_Iexscan). */
  exscanInto(send: BufferLike, recv: BufferLike, op: Op = SUM): Request {
    return this.start('exscanInto', exscanInto(this.core.ends.local, send, recv, op));
  }

  /** The same, blocking (MPI_Exscan). */
  exscanIntoSync(send: BufferLike, recv: BufferLike, op: Op = SUM): void {
    this.run('exscanInto', exscanInto(this.core.ends.local, send, recv, op));
  }
}
