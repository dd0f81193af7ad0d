/**
 * Identities of contexts. One process makes each, of a random word of its own and a counter that starts at random, so
 * that contexts of jobs that were started apart do not clash when the jobs meet.
 */

/** The first of the consecutive contexts of one communicator. */
export interface ContextId {
  readonly high: number;
  readonly low: number;
}

/** Contexts in a communicator: its messages, and its collectives. */
const CONTEXTS_EACH = 2;

export const MESSAGES = 0;
export const COLLECTIVES = 1;

export class ContextIds {
  readonly #high: number;
  #low: number;

  /** `random` gives 32 random bits at a call. */
  constructor(random: () => number) {
    this.#high = random() | 0;
    this.#low = (random() | 0) & ~(CONTEXTS_EACH - 1);
  }

  next(): ContextId {
    const id = { high: this.#high, low: this.#low };
    this.#low = (this.#low + CONTEXTS_EACH) | 0;
    return id;
  }

  /** The context of everybody in a job: known to each without a word. */
  static ofJob(job: string, member: number): ContextId {
    const word = (index: number): number => Number.parseInt(job.slice(index * 8, index * 8 + 8), 16) | 0;
    return { high: word(0), low: (word(1) + member * CONTEXTS_EACH) & ~(CONTEXTS_EACH - 1) };
  }
}
