/**
 * Identities of contexts. One process makes each, of a random word of its own and a counter that starts at random, so
 * that contexts of jobs that were started apart do not clash when the jobs meet.
 */

/** The first of the consecutive contexts of one communicator. */
export interface ContextId {
  readonly high: number;
  readonly low: number;
}

const CONTEXTS_EACH = 4;

/** The contexts of one communicator, by what they keep apart: messages of the program. */
export const MESSAGES = 0;
/** Collectives; on an intercommunicator what the two groups say to each other in them. */
export const COLLECTIVES = 1;
/** On an intercommunicator: what the own group says among itself in a collective. The other group does so, too. */
export const LOCAL_COLLECTIVES = 2;
/** The making of communicators that not everybody takes part in: leaders by themselves, members of a group. */
export const CONSTRUCTION = 3;

/** Numbers of the contexts that every process of a job knows without a word ({@link ContextIds.ofJob}). */
export const WORLD = 0;
export const SELF = 1;
export const DOOR = 2;

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
