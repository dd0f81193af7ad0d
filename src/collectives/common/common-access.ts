/**
 * A communicator's way to the memory that its members have in common: whether there is one, and whose turn it is there.
 *
 * It is made when the communicator has seen some collectives that could use it: most communicators of short programs never do. The
 * stages of that memory are one sequence, so collectives that are under way at once take turns there, in the order in which they
 * began, which is the same at all processes.
 */
import { Latch } from '../../engine/latch.ts';
import { outcome, type Steps } from '../../engine/task.ts';
import type { Endpoint } from '../../p2p/endpoint.ts';
import { OutOfStepError } from './call.ts';
import { commonBytes, MEMBERS_MAX } from './common-layout.ts';
import { CommonMemory } from './common-memory.ts';
import type { CommonBudget } from './common-budget.ts';
import { found } from './founding.ts';

/** The first collectives of a communicator go by messages: it must be worth a memory. */
export const COMMON_FROM_TAG = 16;

export class CommonAccess {
  readonly #endpoint: Endpoint;
  readonly #budget: CommonBudget;
  readonly #waiting: Latch[] = [];
  #memory: CommonMemory | null = null;
  /** Nobody will ever use one. */
  #refused: boolean;
  #taken = false;
  readonly #fromTag: number;
  #bytes = 0;

  /** The collective of `fromTag` is the first that may use it. */
  constructor(endpoint: Endpoint, budget: CommonBudget, fromTag: number) {
    const size = endpoint.peers.length;
    this.#endpoint = endpoint;
    this.#budget = budget;
    this.#fromTag = fromTag;
    this.#refused = size < 2 || size > MEMBERS_MAX;
  }

  /** Whether there is such a memory, or may be one. */
  get isPossible(): boolean {
    return !this.#refused;
  }

  /** Whether the collective of this tag may ask for its turn; all processes come to the same. */
  isOpen(tag: number): boolean {
    return this.isPossible && (this.#memory !== null || tag >= this.#fromTag);
  }

  /** Runs a collective there when it is its turn; false where it has to go by messages. */
  *run(steps: (memory: CommonMemory) => Steps<void>): Steps<boolean> {
    if (this.#taken) yield* this.#turn();
    this.#taken = true;
    try {
      const { context } = this.#endpoint;
      if (context.broken !== null) throw context.broken;
      if (this.#memory === null && !this.#refused) yield* this.#found();
      if (this.#memory === null) return false;
      yield* steps(this.#memory);
      return true;
    } catch (error) {
      this.note(error);
      throw error;
    } finally {
      this.leave();
    }
  }

  /** Takes a turn at once, for {@link leave} to end; null where that is not possible, or there is no memory yet. */
  enter(): CommonMemory | null {
    if (this.#memory === null || this.#taken || this.#endpoint.context.broken !== null) return null;
    this.#taken = true;
    return this.#memory;
  }

  leave(): void {
    const next = this.#waiting.shift();
    // It is handed on: nobody who has just begun comes between.
    if (next === undefined) this.#taken = false;
    else next.complete();
  }

  /** Notes what has gone wrong in a turn. */
  note(error: unknown): void {
    // Everybody else is told by what it does next.
    if (error instanceof OutOfStepError) this.#endpoint.context.broken ??= error;
  }

  /** There is no such memory any more, or never will be. */
  close(): void {
    this.#refused = true;
    this.#memory?.close();
    this.#memory = null;
    this.#budget.giveBack(this.#bytes);
    this.#bytes = 0;
  }

  *#turn(): Steps<void> {
    const latch = new Latch(this.#endpoint.engine.driver);
    this.#waiting.push(latch);
    try {
      yield* outcome(latch);
    } catch (error) {
      this.#waiting.splice(this.#waiting.indexOf(latch), 1);
      throw error;
    }
  }

  *#found(): Steps<void> {
    const bytes = commonBytes(this.#endpoint.peers.length);
    const mayMake = this.#budget.take(bytes);
    this.#bytes = mayMake ? bytes : 0;
    const block = yield* found(this.#endpoint, mayMake);
    if (block === null) {
      this.close();
      return;
    }
    this.#memory = new CommonMemory(this.#endpoint, block);
  }
}
