/** What a member waits for in common memory, and how it is told to whoever could wake it. */
import type { CommonCondition } from '../../engine/common-wait.ts';
import { lineAt, SLEEPERS_WORD, sleepWord } from './common-layout.ts';

/** Everybody, where a member could stand. */
export const ALL = -1;

/** How far the members are, by what one of them has seen. */
interface Stages {
  readonly rank: number;
  readonly size: number;
  hasReached(member: number, stage: number): boolean;
  haveAllReached(stage: number): boolean;
}

/** That one member, or everybody, has reached a stage. */
export class StageCondition implements CommonCondition {
  readonly #stages: Stages;
  readonly #words: Int32Array;
  readonly #member: number;
  readonly #stage: number;

  constructor(stages: Stages, words: Int32Array, member: number, stage: number) {
    this.#stages = stages;
    this.#words = words;
    this.#member = member;
    this.#stage = stage;
  }

  isMet(): boolean {
    return this.#member === ALL
      ? this.#stages.haveAllReached(this.#stage)
      : this.#stages.hasReached(this.#member, this.#stage);
  }

  waitsFor(rank: number): boolean {
    return (this.#member === ALL || this.#member === rank) && !this.#stages.hasReached(rank, this.#stage);
  }

  fallAsleep(): boolean {
    const own = sleepWord(this.#stages.rank);
    Atomics.add(this.#words, SLEEPERS_WORD, 1);
    for (let member = 0; member < this.#stages.size; member++) {
      if (!this.waitsFor(member)) continue;
      Atomics.store(this.#words, own, member + 1);
      // A look in the order of what was just said: whoever comes later reads that.
      Atomics.load(this.#words, lineAt(member, this.#stage) >> 2);
      if (this.waitsFor(member)) return true;
    }
    return false;
  }

  awake(): void {
    Atomics.store(this.#words, sleepWord(this.#stages.rank), 0);
    Atomics.sub(this.#words, SLEEPERS_WORD, 1);
  }
}
