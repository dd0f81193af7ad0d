/** Communicators of one group: the making of further communicators, beside the verbs that all have. */
import { createIntercomm } from '../communicators/create-intercomm.ts';
import { dup } from '../communicators/dup.ts';
import { split } from '../communicators/split.ts';
import type { Request } from '../engine/request.ts';
import type { Steps } from '../engine/task.ts';
import { Communicator } from './communicator.ts';
import { Intercommunicator } from './intercommunicator.ts';

/** A communicator of one group (MPI-4.1 §7.4). Every process of it starts its collectives in the same order. */
export class Intracommunicator extends Communicator {
  readonly isInter = false;

  /** A communicator of the same processes whose messages never mix with this one's (MPI_Comm_idup, MPI-4.1 §7.4.2). */
  dup(): Request<Intracommunicator> {
    return this.start(this.#dup());
  }

  /** The same, blocking (MPI_Comm_dup). */
  dupSync(): Intracommunicator {
    return this.run(this.#dup());
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
    return this.start(this.#split(color, key));
  }

  /** The same, blocking. */
  splitSync(color: number, key: number = 0): Intracommunicator | null {
    return this.run(this.#split(color, key));
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
    return this.start(this.#createIntercomm(localLeader, peerComm, remoteLeader, tag));
  }

  /** The same, blocking. */
  createIntercommSync(
    localLeader: number,
    peerComm: Communicator | null,
    remoteLeader: number,
    tag: number = 0,
  ): Intercommunicator {
    return this.run(this.#createIntercomm(localLeader, peerComm, remoteLeader, tag));
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
