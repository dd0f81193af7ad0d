/**
 * Identities of contexts. One process makes each, of a random word of its own and a counter that starts at random, so
 * that contexts of jobs that were started apart do not clash when the jobs meet.
 *
 *     high ≥ 0    a random word of the process that made it; low counts
 *     high < 0    derived from a name: processes meet there that have no communicator yet
 */
import { createHash } from 'node:crypto';

/** The first of the consecutive contexts of one communicator. */
export interface ContextId {
  readonly high: number;
  readonly low: number;
  /** Of the communicators that exist from the start, and to the end. */
  readonly predefined?: true;
}

/** Consecutive contexts that each communicator has; a power of two. */
export const CONTEXTS_EACH = 4;
const HIGH_MASK = 0x7fff_ffff;
const LOW_MASK = -CONTEXTS_EACH;

/** The contexts of one communicator, by what they keep apart: messages of the program. */
export const MESSAGES = 0;
/** Collectives; on an intercommunicator what the two groups say to each other in them. */
export const COLLECTIVES = 1;
/** On an intercommunicator: what the own group says among itself in a collective. The other group does so, too. */
export const LOCAL_COLLECTIVES = 2;
/** On an intracommunicator: the making of communicators by groups of its processes. */
export const GROUP_CONSTRUCTION = 2;
/** The making of intercommunicators: what the leaders say to each other. */
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
    this.#high = random() & HIGH_MASK;
    this.#low = random() & LOW_MASK;
  }

  next(): ContextId {
    const id = { high: this.#high, low: this.#low };
    this.#low = (this.#low + CONTEXTS_EACH) | 0;
    return id;
  }

  /** The context of everybody in a job: known to each without a word. */
  static ofJob(job: string, member: number): ContextId {
    const word = (index: number): number => Number.parseInt(job.slice(index * 8, index * 8 + 8), 16) | 0;
    return {
      high: word(0) & HIGH_MASK,
      low: (word(1) + member * CONTEXTS_EACH) & LOW_MASK,
      predefined: true,
    };
  }

  /** The context that belongs to these words, in this order: whoever knows them finds it. */
  static ofName(words: readonly string[]): ContextId {
    const hash = createHash('sha256');
    // The length comes first, so that no two lists of words read the same.
    for (const word of words) hash.update(`${String(word.length)}:${word}`);
    const digest = hash.digest();
    return { high: digest.readInt32LE(0) | ~HIGH_MASK, low: digest.readInt32LE(4) & LOW_MASK };
  }
}
