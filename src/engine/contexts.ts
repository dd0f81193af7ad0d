/** The contexts that a process knows, found by the two words that every envelope carries. */
import { MatchContext } from './match-context.ts';

export class Contexts {
  readonly #byLow = new Map<number, MatchContext[]>();
  /** Messages come in runs of one context: mostly it is this one. */
  #last: MatchContext | null = null;

  /** The context of these two words; made where it is not known yet. */
  of(high: number, low: number): MatchContext {
    const last = this.#last;
    if (last !== null && last.low === low && last.high === high) return last;
    const known = this.#byLow.get(low);
    let context = known?.find((candidate) => candidate.high === high);
    if (context === undefined) {
      context = new MatchContext(high, low);
      if (known === undefined) this.#byLow.set(low, [context]);
      else known.push(context);
    }
    this.#last = context;
    return context;
  }

  *all(): Generator<MatchContext> {
    for (const contexts of this.#byLow.values()) yield* contexts;
  }
}
