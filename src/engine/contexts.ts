/**
 * The contexts that a process knows, found by the two words that every envelope carries.
 *
 * A communicator that is gone gives its contexts back. Where something may still come for them, since a process has
 * died or nobody waited for the others, that is known for a while: it comes to a context where everything is let go
 * by, and makes none.
 */
import { MPIError } from '../errors/mpi-error.ts';
import { CONTEXTS_EACH, type ContextId } from '../model/context-id.ts';
import { MatchContext } from './match-context.ts';

/** Communicators that are known to be gone; beyond it the earliest is forgotten. */
const RELEASED_MAX = 256;

/** What the contexts of one communicator have in common. */
const keyOf = (high: number, low: number): string => `${String(high)} ${String(low & -CONTEXTS_EACH)}`;

export class Contexts {
  readonly #byLow = new Map<number, MatchContext[]>();
  /** In the order of their release. */
  readonly #released = new Set<string>();
  /** Where that goes which comes for one of them. */
  readonly #nowhere = new MatchContext(0, 0);
  /** Why nothing works in one of them. */
  readonly gone: MPIError = new MPIError('MPI_ERR_COMM', 'Cannot go on: the communicator is gone');
  /** Messages come in runs of one context: mostly it is this one. */
  #last: MatchContext | null = null;
  #size = 0;

  constructor() {
    this.#nowhere.broken = this.gone;
  }

  /** How many there are. */
  get size(): number {
    return this.#size;
  }

  /** The context of these two words; made where it is not known yet. */
  of(high: number, low: number): MatchContext {
    const last = this.#last;
    if (last !== null && last.low === low && last.high === high) return last;
    let context = this.#find(high, low);
    if (context === undefined) {
      if (this.#released.size > 0 && this.#released.has(keyOf(high, low))) return this.#nowhere;
      context = new MatchContext(high, low);
      this.#size++;
      const known = this.#byLow.get(low);
      if (known === undefined) this.#byLow.set(low, [context]);
      else known.push(context);
    }
    this.#last = context;
    return context;
  }

  /** The same, where it is known. */
  known(high: number, low: number): MatchContext | undefined {
    return this.#find(high, low);
  }

  /** The same for one that a communicator opens. It has to be released as often. */
  open(high: number, low: number): MatchContext {
    this.#released.delete(keyOf(high, low));
    const context = this.of(high, low);
    context.holders++;
    return context;
  }

  /**
   * The contexts of a communicator are given back. `forGood`: what still comes for them is let go by; else they may be
   * opened again, and one where messages wait for that stays. Those that are gone now.
   */
  release({ high, low }: ContextId, forGood: boolean): MatchContext[] {
    const gone: MatchContext[] = [];
    for (let which = 0; which < CONTEXTS_EACH; which++) {
      const context = this.#find(high, (low + which) | 0);
      if (context === undefined) continue;
      if (context.holders > 0) context.holders--;
      if (context.holders > 0 || (!forGood && context.unexpected.size > 0)) continue;
      this.#remove(context);
      gone.push(context);
    }
    if (forGood) this.#remember(keyOf(high, low));
    return gone;
  }

  /** Lets go of those that nobody has opened, and where nothing is left. */
  removeUnclaimed(): void {
    for (const context of [...this.all()]) {
      const { holders, sources, unexpected, posted, probes } = context;
      const isEmpty = unexpected.size === 0 && posted.size === 0 && probes.length === 0;
      if (holders === 0 && sources === null && isEmpty) this.#remove(context);
    }
  }

  *all(): Generator<MatchContext> {
    for (const contexts of this.#byLow.values()) yield* contexts;
  }

  #find(high: number, low: number): MatchContext | undefined {
    return this.#byLow.get(low)?.find((candidate) => candidate.high === high);
  }

  #remove(context: MatchContext): void {
    const known = this.#byLow.get(context.low) ?? [];
    if (known.length === 1) this.#byLow.delete(context.low);
    else known.splice(known.indexOf(context), 1);
    if (this.#last === context) this.#last = null;
    this.#size--;
  }

  #remember(key: string): void {
    this.#released.add(key);
    if (this.#released.size <= RELEASED_MAX) return;
    const [earliest] = this.#released;
    if (earliest !== undefined) this.#released.delete(earliest);
  }
}
