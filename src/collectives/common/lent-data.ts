/**
 * Long data that the members of a communicator read from each other's memory, where the system lets them: each says in its line
 * where the data lies, and whoever needs it copies it once, straight to where it is wanted.
 *
 *     word 0     where the data lies              of a stage in which data is lent
 *     word 2     how this process' memory is found, until that is settled
 *
 *     word 0     1: all others can be read        of the stage after the first of these
 *
 * All of them can read all others, or nobody reads: that is settled once, by a trial of everybody with everybody.
 *
 * Whoever fails in between does so because somebody never reaches the next stage, so nobody's exchange ends well with what it has read
 * of a buffer that is no longer lent.
 */
import { type ForeignMemory, type MemoryLoans, PLACE_WORDS } from '../../engine/common-wait.ts';
import type { Steps } from '../../engine/task.ts';
import { CALL_WORDS, LINE_BYTES, lineAt } from './common-layout.ts';

const PLACE = CALL_WORDS;
const CARD = PLACE + PLACE_WORDS;
const VERDICT = CALL_WORDS;
const LINE_WORDS = LINE_BYTES / 4;

/** The memory in common, as far as it concerns loans. */
interface Stages {
  readonly rank: number;
  readonly size: number;
  readonly bytes: Uint8Array;
  readonly next: number;
  publish(call: null): number;
  untilAll(stage: number): Steps<void>;
}

export class LentData {
  readonly #memory: Stages;
  readonly #words: Int32Array;
  readonly #loans: MemoryLoans | null;
  readonly #others: (ForeignMemory | null)[] = [];
  /** Whether the members read each other's memory; null as long as that is open. */
  #settled: boolean | null = null;
  /** What the others may be reading is not collected. */
  readonly #lent: Uint8Array[] = [];

  constructor(memory: Stages, loans: MemoryLoans | null) {
    this.#memory = memory;
    this.#words = new Int32Array(memory.bytes.buffer);
    this.#loans = loans;
  }

  /** Whether the members may read each other's memory: the same at all of them. */
  get isPossible(): boolean {
    return this.#settled !== false;
  }

  /** Lends this data with the next stage, whose line is free. */
  lend(data: Uint8Array): void {
    const line = this.#lineOf(this.#memory.rank, this.#memory.next);
    this.#lent.push(data);
    // Who has none to show leaves what stood there before, which must not be found.
    if (this.#settled === null) this.#words.fill(0, line + PLACE, line + LINE_WORDS);
    if (this.#loans === null) return;
    this.#loans.place(data, this.#words, line + PLACE);
    if (this.#settled === null) this.#loans.show(this.#words, line + CARD);
  }

  /** Nobody reads what was lent any more. */
  takeBack(): void {
    this.#lent.length = 0;
  }

  /** Whether the members read, once all have reached the stage in which they lend; it takes one more where that is open. */
  *settle(stage: number): Steps<boolean> {
    const { rank, size } = this.#memory;
    if (this.#settled !== null) return this.#settled;
    for (let member = 0; member < size; member++) {
      const card = this.#lineOf(member, stage) + CARD;
      this.#others[member] = member === rank ? null : (this.#loans?.meet(this.#words, card) ?? null);
    }
    const readable = this.#others.filter((other) => other !== null).length === size - 1;
    this.#words[this.#lineOf(rank, this.#memory.next) + VERDICT] = readable ? 1 : 0;
    const verdict = this.#memory.publish(null);
    yield* this.#memory.untilAll(verdict);
    let settled = true;
    for (let member = 0; member < size; member++)
      if (this.#words[this.#lineOf(member, verdict) + VERDICT] !== 1) settled = false;
    if (!settled) this.#others.length = 0;
    this.#settled = settled;
    return settled;
  }

  /** Copies `size` bytes of what a member has lent with a stage, from `start` on, to `target` at `at`; false where they cannot be read any more. */
  read(member: number, stage: number, start: number, target: Uint8Array, at: number, size: number): boolean {
    const place = this.#lineOf(member, stage) + PLACE;
    return this.#others[member]?.read(this.#words, place, start, target, at, size) === true;
  }

  /** Whether a member's process has ended for certain. */
  isGone(member: number): boolean {
    return this.#others[member]?.isGone() === true;
  }

  #lineOf(member: number, stage: number): number {
    return lineAt(member, stage) >> 2;
  }
}
