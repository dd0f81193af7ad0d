/** Communicators of one group: collectives among its processes, and the making of further communicators. */
import { allreduce, allreduceInto } from '../collectives/allreduce.ts';
import { barrier } from '../collectives/barrier.ts';
import { bcast, bcastInto } from '../collectives/bcast.ts';
import { gather, gatherInto } from '../collectives/gather.ts';
import type { Op } from '../collectives/operations/op.ts';
import { SUM } from '../collectives/operations/predefined.ts';
import { reduce, reduceInto } from '../collectives/reduce.ts';
import { createIntercomm } from '../communicators/create-intercomm.ts';
import { dup } from '../communicators/dup.ts';
import { split } from '../communicators/split.ts';
import type { Request } from '../engine/request.ts';
import type { MPIError } from '../errors/mpi-error.ts';
import { runBlocking, type Steps } from '../engine/task.ts';
import type { BufferLike } from '../wire/element-type.ts';
import { Communicator } from './communicator.ts';
import { Intercommunicator } from './intercommunicator.ts';

function* failing(reason: MPIError): Steps<never> {
  throw reason;
}

/** A communicator of one group (MPI-4.1 §7.4). Every process of it starts its collectives in the same order. */
export class Intracommunicator extends Communicator {
  readonly isInter = false;

  #start<T>(steps: Steps<T>): Request<T> {
    return this.core.maker.engine.start(this.#unlessBroken(steps));
  }

  #run<T>(steps: Steps<T>): T {
    return runBlocking(this.core.maker.engine.driver, this.#unlessBroken(steps));
  }

  /** Where MPI has been left, or a member has failed, not even that is done for which nobody else is needed. */
  #unlessBroken<T>(steps: Steps<T>): Steps<T> {
    const { broken } = this.core.collectives.context;
    return broken === null ? steps : failing(broken);
  }

  /** Complete when every process has come to it (MPI_Ibarrier, MPI-4.1 §6.3). */
  barrier(): Request {
    return this.#start(barrier(this.core.collectives));
  }

  /** The same, blocking (MPI_Barrier). */
  barrierSync(): void {
    this.#run(barrier(this.core.collectives));
  }

  /**
   * Gives everybody the root's value; what the others pass is ignored (MPI_Ibcast, MPI-4.1 §6.4).
   *
   * ```ts
   * const settings = await comm.bcast(comm.rank === 0 ? readSettings() : null, 0);
   * ```
   */
  bcast<T>(value: T, root: number = 0): Request<T> {
    return this.#start(bcast(this.core.collectives, value, root));
  }

  /** The same, blocking (MPI_Bcast). */
  bcastSync<T>(value: T, root: number = 0): T {
    return this.#run(bcast(this.core.collectives, value, root));
  }

  /** Fills everybody's buffer with the elements of the root's; as long everywhere (MPI_Ibcast). */
  bcastInto(buffer: BufferLike, root: number = 0): Request {
    return this.#start(bcastInto(this.core.collectives, buffer, root));
  }

  /** The same, blocking (MPI_Bcast). */
  bcastIntoSync(buffer: BufferLike, root: number = 0): void {
    this.#run(bcastInto(this.core.collectives, buffer, root));
  }

  /** The root gets everybody's value in rank order, the others undefined (MPI_Igather, MPI-4.1 §6.5). */
  gather<T>(value: T, root: number = 0): Request<T[] | undefined> {
    return this.#start(gather(this.core.collectives, value, root));
  }

  /** The same, blocking (MPI_Gather). */
  gatherSync<T>(value: T, root: number = 0): T[] | undefined {
    return this.#run(gather(this.core.collectives, value, root));
  }

  /** The root's `recv` gets everybody's elements in rank order; elsewhere it is ignored and may be null (MPI_Igather). */
  gatherInto(send: BufferLike, recv: BufferLike | null, root: number = 0): Request {
    return this.#start(gatherInto(this.core.collectives, send, recv, root));
  }

  /** The same, blocking (MPI_Gather). */
  gatherIntoSync(send: BufferLike, recv: BufferLike | null, root: number = 0): void {
    this.#run(gatherInto(this.core.collectives, send, recv, root));
  }

  /**
   * The root gets the combination of everybody's value, the others undefined (MPI_Ireduce, MPI-4.1 §6.9.1). The
   * default operation is SUM.
   *
   * ```ts
   * const total = await comm.reduce(localCount, MPI.SUM, 0);
   * ```
   */
  reduce<T>(value: T, op: Op = SUM, root: number = 0): Request<T | undefined> {
    return this.#start(reduce(this.core.collectives, value, op, root));
  }

  /** The same, blocking (MPI_Reduce). */
  reduceSync<T>(value: T, op: Op = SUM, root: number = 0): T | undefined {
    return this.#run(reduce(this.core.collectives, value, op, root));
  }

  /** The root's `recv` gets the combination of everybody's elements; elsewhere it is ignored and may be null. */
  reduceInto(send: BufferLike, recv: BufferLike | null, op: Op = SUM, root: number = 0): Request {
    return this.#start(reduceInto(this.core.collectives, send, recv, op, root));
  }

  /** The same, blocking (MPI_Reduce). */
  reduceIntoSync(send: BufferLike, recv: BufferLike | null, op: Op = SUM, root: number = 0): void {
    this.#run(reduceInto(this.core.collectives, send, recv, op, root));
  }

  /** Everybody gets the combination of everybody's value (MPI_Iallreduce, MPI-4.1 §6.9.6). */
  allreduce<T>(value: T, op: Op = SUM): Request<T> {
    return this.#start(allreduce(this.core.collectives, value, op));
  }

  /** The same, blocking (MPI_Allreduce). */
  allreduceSync<T>(value: T, op: Op = SUM): T {
    return this.#run(allreduce(this.core.collectives, value, op));
  }

  /** Everybody's `recv` gets the combination of everybody's elements (MPI_Iallreduce). */
  allreduceInto(send: BufferLike, recv: BufferLike, op: Op = SUM): Request {
    return this.#start(allreduceInto(this.core.collectives, send, recv, op));
  }

  /** The same, blocking (MPI_Allreduce). */
  allreduceIntoSync(send: BufferLike, recv: BufferLike, op: Op = SUM): void {
    this.#run(allreduceInto(this.core.collectives, send, recv, op));
  }

  /** A communicator of the same processes whose messages never mix with this one's (MPI_Comm_idup, MPI-4.1 §7.4.2). */
  dup(): Request<Intracommunicator> {
    return this.#start(this.#dup());
  }

  /** The same, blocking (MPI_Comm_dup). */
  dupSync(): Intracommunicator {
    return this.#run(this.#dup());
  }

  *#dup(): Steps<Intracommunicator> {
    const core = yield* dup(this.core);
    return new Intracommunicator(this.process, core, this.attributes.duplicate());
  }

  /**
   * One communicator for each `color`, ranks in the order of `key`, ties in the order of the ranks here; null where
   * the color is UNDEFINED (MPI_Comm_split, MPI-4.1 §7.4.2).
   */
  split(color: number, key: number = 0): Request<Intracommunicator | null> {
    return this.#start(this.#split(color, key));
  }

  /** The same, blocking. */
  splitSync(color: number, key: number = 0): Intracommunicator | null {
    return this.#run(this.#split(color, key));
  }

  *#split(color: number, key: number): Steps<Intracommunicator | null> {
    const core = yield* split(this.core, color, key);
    return core === null ? null : new Intracommunicator(this.process, core, this.process.newAttributes());
  }

  /**
   * An intercommunicator of this group and another one (MPI_Intercomm_create, MPI-4.1 §7.6.2). The two leaders reach
   * each other by `peerComm`, where the other is `remoteLeader`; both count at the local leader alone.
   */
  createIntercomm(
    localLeader: number,
    peerComm: Communicator | null,
    remoteLeader: number,
    tag: number = 0,
  ): Request<Intercommunicator> {
    return this.#start(this.#createIntercomm(localLeader, peerComm, remoteLeader, tag));
  }

  /** The same, blocking. */
  createIntercommSync(
    localLeader: number,
    peerComm: Communicator | null,
    remoteLeader: number,
    tag: number = 0,
  ): Intercommunicator {
    return this.#run(this.#createIntercomm(localLeader, peerComm, remoteLeader, tag));
  }

  *#createIntercomm(
    localLeader: number,
    peerComm: Communicator | null,
    remoteLeader: number,
    tag: number,
  ): Steps<Intercommunicator> {
    const peer = peerComm === null ? null : Communicator.coreOf(peerComm);
    const core = yield* createIntercomm(this.core, localLeader, peer, remoteLeader, tag);
    return new Intercommunicator(this.process, core, this.process.newAttributes());
  }
}
