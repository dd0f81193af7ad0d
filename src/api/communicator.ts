/** What intra- and intercommunicators have in common, beside the verbs. */
import type { CommunicatorCore } from '../communicators/communicator-core.ts';
import { CONGRUENT, IDENT, SIMILAR, UNEQUAL } from '../model/constants.ts';
import type { Group } from '../model/group.ts';
import type { Attributes, Keyval } from './attributes.ts';
import type { ProcessContext } from './process-context.ts';
import { Reductions } from './reductions.ts';

/** A group of processes that can talk among themselves, apart from all others (MPI_Comm, MPI-4.1 §7). */
export abstract class Communicator extends Reductions {
  protected readonly process: ProcessContext;
  protected readonly attributes: Attributes;
  /** True for an intercommunicator (MPI_Comm_test_inter). */
  abstract readonly isInter: boolean;

  constructor(process: ProcessContext, core: CommunicatorCore, attributes: Attributes) {
    super(core);
    this.process = process;
    this.attributes = attributes;
  }

  /** What lies below another communicator. */
  protected static coreOf(communicator: Communicator): CommunicatorCore {
    return communicator.core;
  }

  /** This process' rank in the (local) group (MPI_Comm_rank). */
  get rank(): number {
    return this.core.group.rank;
  }

  /** Number of processes in the (local) group (MPI_Comm_size). */
  get size(): number {
    return this.core.group.size;
  }

  /** Its name, in errors and for people; '' unless somebody gave it one (MPI_Comm_set_name, MPI_Comm_get_name). */
  get name(): string {
    return this.core.name;
  }

  set name(name: string) {
    this.core.name = name;
  }

  /** The (local) group (MPI_Comm_group). */
  group(): Group {
    return this.core.group;
  }

  /**
   * IDENT for the same communicator, CONGRUENT for the same processes in the same order, SIMILAR in another order, else
   * UNEQUAL (MPI_Comm_compare, MPI-4.1 §7.4.1).
   */
  compare(other: Communicator): number {
    if (this === other) return IDENT;
    const groups = [this.core.group, this.core.remoteGroup];
    const others = [other.core.group, other.core.remoteGroup];
    let result = CONGRUENT;
    for (const [place, group] of groups.entries()) {
      const against = others[place] ?? null;
      if (group === null && against === null) continue;
      if (group === null || against === null) return UNEQUAL;
      const compared = group.compare(against);
      if (compared === UNEQUAL) return UNEQUAL;
      if (compared === SIMILAR) result = SIMILAR;
    }
    return result;
  }

  /** The value under a key, or undefined where there is none (MPI_Comm_get_attr, MPI-4.1 §7.7.2). */
  getAttr<T>(key: Keyval<T>): T | undefined {
    return this.attributes.get(key);
  }

  /** Hangs a value on the communicator, in this process only (MPI_Comm_set_attr). */
  setAttr<T>(key: Keyval<T>, value: T): void {
    this.attributes.set(key, value);
  }

  /** Takes the value under a key away; its delete callback runs (MPI_Comm_delete_attr). */
  deleteAttr<T>(key: Keyval<T>): void {
    this.attributes.delete(key);
  }

  /**
   * Ends the job of this process, best effort, with an exit code that is not 0 (MPI_Abort, MPI-4.1 §9.7). Of
   * COMM_SELF: this process alone, as far as the launcher lets the others live (`parley run --keep-going`).
   */
  abort(code: number = 1): never {
    return this.process.abort(code, this.size);
  }
}
