/** Communicators of two groups, whose processes talk to those of the other group. */
import type { Group } from '../model/group.ts';
import { Communicator } from './communicator.ts';

/** A communicator of two groups (MPI-4.1 §7.6): every rank in a point-to-point verb is one of the remote group. */
export class Intercommunicator extends Communicator {
  readonly isInter = true;

  /** Number of processes in the remote group (MPI_Comm_remote_size). */
  get remoteSize(): number {
    return this.remoteGroup().size;
  }

  /** The remote group (MPI_Comm_remote_group). */
  remoteGroup(): Group {
    return this.core.remoteGroup ?? this.core.group;
  }
}
