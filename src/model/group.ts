/** An ordered set of processes (MPI-4.1 §7.3): a value, which no communication needs. */
import { IDENT, SIMILAR, UNDEFINED, UNEQUAL } from './constants.ts';
import type { ProcessId } from './process-id.ts';

export class Group {
  /** The members' identities in rank order. */
  readonly ids: readonly ProcessId[];
  /** This process' rank in the group, or UNDEFINED where it is no member (MPI_Group_rank). */
  readonly rank: number;

  /** `self` is the process that looks at the group. */
  constructor(ids: readonly ProcessId[], self: ProcessId) {
    this.ids = ids;
    const rank = ids.indexOf(self);
    this.rank = rank < 0 ? UNDEFINED : rank;
  }

  /** Number of members (MPI_Group_size). */
  get size(): number {
    return this.ids.length;
  }

  /** IDENT for the same members in the same order, SIMILAR in another order, else UNEQUAL (MPI_Group_compare). */
  compare(other: Group): number {
    if (this.size !== other.size) return UNEQUAL;
    if (this.ids.every((id, rank) => id === other.ids[rank])) return IDENT;
    const members = new Set(this.ids);
    return other.ids.every((id) => members.has(id)) ? SIMILAR : UNEQUAL;
  }
}
