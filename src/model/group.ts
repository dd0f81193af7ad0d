/**
 * An ordered set of processes (MPI-4.1 §7.3): a value, which no communication needs.
 *
 * Cost: each operation on groups of n and m processes, or on k ranks, O(n + m + k).
 */
import { MPIError } from '../errors/mpi-error.ts';
import { IDENT, PROC_NULL, SIMILAR, UNDEFINED, UNEQUAL } from './constants.ts';
import type { ProcessId } from './process-id.ts';

/** Ranks first, first + stride, … up to last, or down to it where the stride is negative. */
export type RankRange = readonly [first: number, last: number, stride: number];

/**
 * The processes of a communicator, or some of them, by their ranks (MPI_Group).
 *
 * ```ts
 * const even = world.group().rangeInclude([[0, world.size - 1, 2]]);
 * const comm = await world.create(even);
 * ```
 */
export class Group {
  /** The members' identities in rank order. */
  readonly ids: readonly ProcessId[];
  /** This process' rank in the group, or UNDEFINED where it is no member (MPI_Group_rank). */
  readonly rank: number;
  readonly #self: ProcessId;
  #ranks: ReadonlyMap<ProcessId, number> | null = null;

  /** `self` is the process that looks at the group. */
  constructor(ids: readonly ProcessId[] = [], self: ProcessId = '') {
    this.ids = ids;
    this.#self = self;
    const rank = ids.indexOf(self);
    this.rank = rank < 0 ? UNDEFINED : rank;
  }

  /** The group of nobody (MPI_GROUP_EMPTY). */
  static get EMPTY(): Group {
    return EMPTY;
  }

  /** Number of members (MPI_Group_size). */
  get size(): number {
    return this.ids.length;
  }

  /** The members of this group, then those of the other one that are not in this (MPI_Group_union). */
  union(other: Group): Group {
    const own = this.#rankById;
    return this.#of([...this.ids, ...other.ids.filter((id) => !own.has(id))], other);
  }

  /** The members of this group that are in the other one, too, in the order here (MPI_Group_intersection). */
  intersection(other: Group): Group {
    const others = other.#rankById;
    return this.#of(
      this.ids.filter((id) => others.has(id)),
      other,
    );
  }

  /** The members of this group that are not in the other one, in the order here (MPI_Group_difference). */
  difference(other: Group): Group {
    const others = other.#rankById;
    return this.#of(
      this.ids.filter((id) => !others.has(id)),
      other,
    );
  }

  /**
   * The members with these ranks, in this order (MPI_Group_incl).
   *
   * @throws {MPIError} MPI_ERR_RANK where one is no rank of the group, or comes twice.
   */
  include(ranks: readonly number[]): Group {
    this.#check(ranks, 'include');
    return this.#of(ranks.map((rank) => this.ids[rank] ?? ''));
  }

  /** The members without those of these ranks, in the order here (MPI_Group_excl). Throws as {@link include} does. */
  exclude(ranks: readonly number[]): Group {
    this.#check(ranks, 'exclude');
    const out = new Set(ranks);
    return this.#of(this.ids.filter((_, rank) => !out.has(rank)));
  }

  /**
   * {@link include} of the ranks first, first + stride, … as far as last, range after range (MPI_Group_range_incl).
   *
   * @throws {MPIError} MPI_ERR_RANK as there; MPI_ERR_ARG where a stride is 0 or leads away from last.
   */
  rangeInclude(ranges: readonly RankRange[]): Group {
    return this.include(this.#ranksIn(ranges, 'include'));
  }

  /** {@link exclude} of the ranks in these ranges (MPI_Group_range_excl). */
  rangeExclude(ranges: readonly RankRange[]): Group {
    return this.exclude(this.#ranksIn(ranges, 'exclude'));
  }

  /**
   * The ranks in the other group of the members with these ranks here: UNDEFINED for one that is not there; PROC_NULL
   * stays what it is (MPI_Group_translate_ranks).
   *
   * @throws {MPIError} MPI_ERR_RANK where one is neither a rank of this group nor PROC_NULL.
   */
  translateRanks(ranks: readonly number[], other: Group): number[] {
    const others = other.#rankById;
    return ranks.map((rank) => {
      if (rank === PROC_NULL) return PROC_NULL;
      if (!this.#has(rank)) throw this.#noRank(rank, 'translate');
      return others.get(this.ids[rank] ?? '') ?? UNDEFINED;
    });
  }

  /** IDENT for the same members in the same order, SIMILAR in another order, else UNEQUAL (MPI_Group_compare). */
  compare(other: Group): number {
    if (this.size !== other.size) return UNEQUAL;
    if (this.ids.every((id, rank) => id === other.ids[rank])) return IDENT;
    const own = this.#rankById;
    return other.ids.every((id) => own.has(id)) ? SIMILAR : UNEQUAL;
  }

  #of(ids: readonly ProcessId[], other: Group = this): Group {
    return new Group(ids, this.#self === '' ? other.#self : this.#self);
  }

  /** Made when it is first needed: most groups are never looked into. */
  get #rankById(): ReadonlyMap<ProcessId, number> {
    this.#ranks ??= new Map(this.ids.map((id, rank) => [id, rank]));
    return this.#ranks;
  }

  #has(rank: number): boolean {
    return Number.isInteger(rank) && rank >= 0 && rank < this.size;
  }

  #check(ranks: readonly number[], verb: string): void {
    const seen = new Set<number>();
    for (const rank of ranks) {
      if (!this.#has(rank)) throw this.#noRank(rank, verb);
      if (seen.has(rank)) {
        throw new MPIError(
          'MPI_ERR_RANK',
          `Cannot ${verb} rank ${String(rank)} twice: each rank may be named once`,
        );
      }
      seen.add(rank);
    }
  }

  #noRank(rank: unknown, verb: string): MPIError {
    const ranks = this.size === 0 ? 'is empty' : `has the ranks 0..${String(this.size - 1)}`;
    return new MPIError('MPI_ERR_RANK', `Cannot ${verb} rank ${String(rank)}: the group ${ranks}`);
  }

  #ranksIn(ranges: readonly RankRange[], verb: string): number[] {
    const ranks: number[] = [];
    for (const [first, last, stride] of ranges) {
      if (!Number.isInteger(stride) || stride === 0 || (last - first) * stride < 0) {
        throw new MPIError(
          'MPI_ERR_ARG',
          `Cannot ${verb} the range [${[first, last, stride].map(String).join(', ')}]: the stride must be a whole number that leads from the first rank to the last, not 0`,
        );
      }
      for (const end of [first, last]) if (!Number.isInteger(end)) throw this.#noRank(end, verb);
      // The first rank beyond the group ends the check, so that a far one costs nothing.
      for (let rank = first; stride > 0 ? rank <= last : rank >= last; rank += stride) {
        if (!this.#has(rank)) throw this.#noRank(rank, verb);
        ranks.push(rank);
      }
    }
    return ranks;
  }
}

const EMPTY: Group = new Group();
