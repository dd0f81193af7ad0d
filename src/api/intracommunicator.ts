/**
 * The two kinds of communicators: what each has beside the verbs that both have, above all the making of further ones.
 * They stand together, since each makes the other: two groups become an intercommunicator, and that is merged into one.
 */
import type { CommunicatorCore } from '../communicators/communicator-core.ts';
import { create } from '../communicators/create.ts';
import { createGroup } from '../communicators/create-group.ts';
import { type Contact, createIntercomm } from '../communicators/create-intercomm.ts';
import { merge } from '../communicators/merge.ts';
import { split } from '../communicators/split.ts';
import { splitType } from '../communicators/split-type.ts';
import type { Request } from '../engine/request.ts';
import type { Steps } from '../engine/task.ts';
import { MPIError } from '../errors/mpi-error.ts';
import type { Group } from '../model/group.ts';
import type { Attributes } from './attributes.ts';
import { Communicator, type ErrorHandler } from './communicator.ts';
import { DynamicProcesses } from './dynamic-processes.ts';
import type { ProcessContext } from './process-context.ts';
import { retiredPrototype } from './retired.ts';

/** A communicator of one group (MPI-4.1 §7.4). Every process of it starts its collectives in the same order. */
export class Intracommunicator extends DynamicProcesses<Intercommunicator> {
  readonly isInter = false;

  protected override intercommunicatorOf(
    core: CommunicatorCore,
    errhandler: ErrorHandler,
    errcodes: readonly number[],
  ): Intercommunicator {
    const { process } = this;
    return new Intercommunicator(process, core, process.newAttributes(), errhandler, errcodes);
  }

  protected override get retired(): object {
    return RETIRED_INTRACOMMUNICATOR;
  }

  /** A communicator of the same processes whose messages never mix with this one's (MPI_Comm_idup, MPI-4.1 §7.4.2). */
  dup(): Request<Intracommunicator> {
    return this.start('dup', this.#dup());
  }

  /** The same, blocking (MPI_Comm_dup). */
  dupSync(): Intracommunicator {
    return this.run('dup', this.#dup());
  }

  *#dup(): Steps<Intracommunicator> {
    const { core, attributes, errhandler } = yield* this.duplicate();
    return new Intracommunicator(this.process, core, attributes, errhandler);
  }

  /**
   * One communicator for each `color`, ranks in the order of `key`, ties in the order of the ranks here; null where
   * the color is UNDEFINED (MPI_Comm_split, MPI-4.1 §7.4.2).
   */
  split(color: number, key: number = 0): Request<Intracommunicator | null> {
    return this.start('split', this.#made(split(this.core, color, key)));
  }

  /** The same, blocking. */
  splitSync(color: number, key: number = 0): Intracommunicator | null {
    return this.run('split', this.#made(split(this.core, color, key)));
  }

  /**
   * One communicator for each set of processes that share memory, those of one host; ranks as in {@link split}
   * (MPI_Comm_split_type, MPI-4.1 §7.4.2).
   */
  splitType(type: 'shared', key: number = 0): Request<Intracommunicator | null> {
    return this.start('splitType', this.#made(splitType(this.core, type, key)));
  }

  /** The same, blocking. */
  splitTypeSync(type: 'shared', key: number = 0): Intracommunicator | null {
    return this.run('splitType', this.#made(splitType(this.core, type, key)));
  }

  /**
   * A communicator of the group, made by everybody here; null outside of the group (MPI_Comm_create, MPI-4.1 §7.4.2).
   * Processes may give different groups that have no common member: each becomes a communicator.
   *
   * @throws {MPIError} MPI_ERR_GROUP where a member is not in this communicator.
   */
  create(group: Group): Request<Intracommunicator | null> {
    return this.start('create', this.#made(create(this.core, group)));
  }

  /** The same, blocking. */
  createSync(group: Group): Intracommunicator | null {
    return this.run('create', this.#made(create(this.core, group)));
  }

  /**
   * A communicator of the group, made by its members alone; null at once outside of it (MPI_Comm_create_group, MPI-4.1
   * §7.4.2). Calls at the same time by groups with common members need different tags. It is the way on for those who are
   * left when a member of this communicator has died.
   */
  createGroup(group: Group, tag: number = 0): Request<Intracommunicator | null> {
    return this.startOfSome('createGroup', this.#made(createGroup(this.core, group, tag)));
  }

  /** The same, blocking. */
  createGroupSync(group: Group, tag: number = 0): Intracommunicator | null {
    return this.runOfSome('createGroup', this.#made(createGroup(this.core, group, tag)));
  }

  /** What is made has the error handler that this one had at the call, whatever the program does meanwhile. */
  *#made(making: Steps<CommunicatorCore | null>): Steps<Intracommunicator | null> {
    const errhandler = this.inheritedErrhandler;
    const core = yield* making;
    if (core === null) return null;
    return new Intracommunicator(this.process, core, this.process.newAttributes(), errhandler);
  }

  /**
   * An intercommunicator of this group and another one (MPI_Intercomm_create, MPI-4.1 §7.6.2). The two leaders reach
   * each other by `peerComm`, where the other is `remoteLeader`; both count at the local leader alone. Where they cannot
   * come to terms, everybody in the group has the error of its leader.
   *
   * @throws {MPIError} MPI_ERR_COMM where a process is in both groups, or `peerComm` cannot be used.
   */
  createIntercomm(
    localLeader: number,
    peerComm: Communicator | null,
    remoteLeader: number,
    tag: number = 0,
  ): Request<Intercommunicator> {
    const contact = this.#contact(localLeader, peerComm, remoteLeader, tag);
    return this.startOfSome('createIntercomm', this.#createIntercomm(localLeader, contact));
  }

  /** The same, blocking. */
  createIntercommSync(
    localLeader: number,
    peerComm: Communicator | null,
    remoteLeader: number,
    tag: number = 0,
  ): Intercommunicator {
    const contact = this.#contact(localLeader, peerComm, remoteLeader, tag);
    return this.runOfSome('createIntercomm', this.#createIntercomm(localLeader, contact));
  }

  /** How the leader reaches the other one; asked there alone. */
  #contact(
    localLeader: number,
    peerComm: Communicator | null,
    remoteLeader: number,
    tag: number,
  ): () => Contact {
    return () => {
      if (peerComm instanceof Communicator) return { peer: Communicator.coreOf(peerComm), remoteLeader, tag };
      throw new MPIError(
        'MPI_ERR_COMM',
        `Cannot create an intercommunicator on ${this.core.label()}: the local leader (rank ${String(localLeader)}) gives no peer communicator; it needs one, where the other leader is rank ${String(remoteLeader)}`,
      );
    };
  }

  *#createIntercomm(localLeader: number, contact: () => Contact): Steps<Intercommunicator> {
    const { process, inheritedErrhandler } = this;
    const core = yield* createIntercomm(this.core, localLeader, contact);
    return new Intercommunicator(process, core, process.newAttributes(), inheritedErrhandler);
  }
}

/** A communicator of two groups (MPI-4.1 §7.6): every rank in a point-to-point verb is one of the remote group. */
export class Intercommunicator extends Communicator {
  readonly isInter = true;

  protected override get retired(): object {
    return RETIRED_INTERCOMMUNICATOR;
  }

  /** After a spawn, at every parent: one error class for each process asked for. Empty in any other. */
  readonly errcodes: readonly number[];

  constructor(
    process: ProcessContext,
    core: CommunicatorCore,
    attributes: Attributes,
    errhandler: ErrorHandler = process.initialErrhandler,
    errcodes: readonly number[] = [],
  ) {
    super(process, core, attributes, errhandler);
    this.errcodes = errcodes;
  }

  /** Number of processes in the remote group (MPI_Comm_remote_size). */
  get remoteSize(): number {
    return this.remoteGroup().size;
  }

  /** The remote group (MPI_Comm_remote_group). */
  remoteGroup(): Group {
    return this.core.remoteGroup ?? this.core.group;
  }

  /** An intercommunicator of the same groups whose messages never mix with this one's (MPI_Comm_idup, MPI-4.1 §7.4.2). */
  dup(): Request<Intercommunicator> {
    return this.start('dup', this.#dup());
  }

  /** The same, blocking (MPI_Comm_dup). */
  dupSync(): Intercommunicator {
    return this.run('dup', this.#dup());
  }

  *#dup(): Steps<Intercommunicator> {
    const { core, attributes, errhandler } = yield* this.duplicate();
    return new Intercommunicator(this.process, core, attributes, errhandler);
  }

  /**
   * One intercommunicator for each `color` that is given in both groups: the processes of this color here and there,
   * ranks in the order of `key`. Null where the color is UNDEFINED, or nobody in the other group has it (MPI_Comm_split,
   * MPI-4.1 §7.4.2).
   */
  split(color: number, key: number = 0): Request<Intercommunicator | null> {
    return this.start('split', this.#made(split(this.core, color, key)));
  }

  /** The same, blocking. */
  splitSync(color: number, key: number = 0): Intercommunicator | null {
    return this.run('split', this.#made(split(this.core, color, key)));
  }

  /**
   * An intercommunicator of a part of each group; everybody in a group gives the same part of it. Null outside of it,
   * and everywhere where either part is empty (MPI_Comm_create, MPI-4.1 §7.4.2).
   *
   * @throws {MPIError} MPI_ERR_GROUP where a member is not in the local group, or the processes of a group disagree.
   */
  create(group: Group): Request<Intercommunicator | null> {
    return this.start('create', this.#made(create(this.core, group)));
  }

  /** The same, blocking. */
  createSync(group: Group): Intercommunicator | null {
    return this.run('create', this.#made(create(this.core, group)));
  }

  /**
   * One intracommunicator of both groups; the group that says `high` comes second. Where both say the same, either may
   * come first, the same one everywhere (MPI_Intercomm_merge, MPI-4.1 §7.6.2). All of a group say the same.
   *
   * ```ts
   * const everybody = await parents.merge(true);
   * ```
   */
  merge(high: boolean = false): Request<Intracommunicator> {
    return this.start('merge', this.#merge(high));
  }

  /** The same, blocking. */
  mergeSync(high: boolean = false): Intracommunicator {
    return this.run('merge', this.#merge(high));
  }

  *#merge(high: boolean): Steps<Intracommunicator> {
    const { process, inheritedErrhandler } = this;
    const core = yield* merge(this.core, high);
    return new Intracommunicator(process, core, process.newAttributes(), inheritedErrhandler);
  }

  /** What is made has the error handler that this one had at the call, whatever the program does meanwhile. */
  *#made(making: Steps<CommunicatorCore | null>): Steps<Intercommunicator | null> {
    const errhandler = this.inheritedErrhandler;
    const core = yield* making;
    if (core === null) return null;
    return new Intercommunicator(this.process, core, this.process.newAttributes(), errhandler);
  }
}

const RETIRED_INTRACOMMUNICATOR: object = retiredPrototype(Intracommunicator.prototype);
const RETIRED_INTERCOMMUNICATOR: object = retiredPrototype(Intercommunicator.prototype);
