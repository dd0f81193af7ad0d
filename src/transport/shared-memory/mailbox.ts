/**
 * A process' mailbox: the shared memory through which others get its attention. It holds no messages, only where to
 * look for them.
 *
 *     line 0       sleep      0 awake · 1 asleep on this word (futex) · 2 asleep in the event loop (named pipe)
 *                  lost jobs  1 where jobs of others may be gone, and nobody left who could have said so on their boards
 *     line 1       summary    bit k: news word 2k or 2k + 1 has a bit
 *     line 2…5     news       bit i of the 2048: ring i has something, or is newly announced
 *     then         rings      16 B for each ring i: state, with its claimer | two words of its file's name | 0
 *
 * News bit 0 belongs to the agent and means that the job's board has changed; the last one belongs to the readers of
 * the owner's own rings, and means that one which was full has room again. A writer announces a ring once, and
 * raises its bit only when the reader has said that it does not look at that ring by itself (ring-layout.ts), so a look
 * into the mailbox costs one load, whatever the number of peers.
 */

/** Rings that may lead to one process at a time. */
const RINGS_MAX = 2048;
/** The news bit with which an agent says that the board has changed. */
export const BOARD_NEWS = 0;
/** The news bit with which a reader says that it has made room in a ring that was full. */
export const ROOM_NEWS: number = RINGS_MAX - 1;

const LOST_JOBS = 1;
const SUMMARY = 16;
const NEWS = 32;
const RINGS = NEWS + RINGS_MAX / 32;
const RING_WORDS = 4;

/** Bytes of one mailbox: whole pages. */
export const MAILBOX_BYTES: number = Math.ceil(((RINGS + RINGS_MAX * RING_WORDS) * 4) / 4096) * 4096;

/** Values of the sleep word. */
export const Sleep = { AWAKE: 0, ON_FUTEX: 1, IN_EVENT_LOOP: 2 } as const;

/** The state of an entry. A claimed one has its claimer's process id in the bits above. */
const RingEntry = { FREE: 0, CLAIMED: 1, ANNOUNCED: 2 } as const;
const CLAIM_BITS = 2;
const CLAIM_MASK = (1 << CLAIM_BITS) - 1;
const claimOf = (claimer: number): number => (claimer << CLAIM_BITS) | RingEntry.CLAIMED;

export class Mailbox {
  readonly #words: Int32Array;
  /** Where the sleep word lies in its segment, for the futex. */
  readonly sleepByteOffset: number;

  constructor(memory: ArrayBuffer, byteOffset: number) {
    this.#words = new Int32Array(memory, byteOffset, MAILBOX_BYTES / 4);
    this.sleepByteOffset = byteOffset;
  }

  // ── the owner's side

  /** True where {@link takeNews} would find something. */
  hasNews(): boolean {
    // An ordinary load: what it misses now it finds at the next look, and takeNews is atomic.
    return this.#words[SUMMARY] !== 0;
  }

  /** The same in the order of everything written before: for the last look before a sleep. */
  hasNewsAfterAll(): boolean {
    return Atomics.load(this.#words, SUMMARY) !== 0;
  }

  /** Calls `visit` with the number of each ring that has news, and forgets them. */
  takeNews(visit: (ring: number) => void): void {
    let summary = Atomics.exchange(this.#words, SUMMARY, 0);
    while (summary !== 0) {
      const pair = 31 - Math.clz32(summary & -summary);
      summary &= summary - 1;
      this.#takeWord(2 * pair, visit);
      this.#takeWord(2 * pair + 1, visit);
    }
  }

  #takeWord(word: number, visit: (ring: number) => void): void {
    let bits = Atomics.exchange(this.#words, NEWS + word, 0);
    while (bits !== 0) {
      const bit = 31 - Math.clz32(bits & -bits);
      bits &= bits - 1;
      visit(word * 32 + bit);
    }
  }

  /** The name under which ring `index` was announced, or null where nobody announced it. */
  announcedName(index: number): string | null {
    const entry = this.#entry(index);
    if (Atomics.load(this.#words, entry) !== RingEntry.ANNOUNCED) return null;
    return ringName(this.#words[entry + 1] ?? 0, this.#words[entry + 2] ?? 0);
  }

  /** Gives the number of a ring back whose writer is gone. */
  releaseRing(index: number): void {
    Atomics.store(this.#words, this.#entry(index), RingEntry.FREE);
  }

  setSleep(how: number): void {
    Atomics.store(this.#words, 0, how);
  }

  /** Whether somebody has taken the owner's sleep, or it has not slept. */
  get isAwake(): boolean {
    return Atomics.load(this.#words, 0) === Sleep.AWAKE;
  }

  /** Whether jobs may have been lost since the last call. */
  takeLostJobs(): boolean {
    return Atomics.exchange(this.#words, LOST_JOBS, 0) !== 0;
  }

  // ── a writer's side

  /** Jobs of others may be lost: the owner looks for them with the next news of a board. */
  tellOfLostJobs(): void {
    Atomics.store(this.#words, LOST_JOBS, 1);
  }

  /**
   * Claims a free number for a new ring to this process, which will have that name; -1 where all are taken. `start` spreads the
   * search; `claimer` is the process id of the caller, by which a claim is known whose claimer has died.
   */
  claimRing(start: number, claimer: number, name: readonly [number, number]): number {
    const numbers = ROOM_NEWS - 1;
    for (let step = 0; step < numbers; step++) {
      const index = 1 + ((start + step) % numbers);
      const entry = this.#entry(index);
      const state = Atomics.compareExchange(this.#words, entry, RingEntry.FREE, claimOf(claimer));
      if (state !== RingEntry.FREE) continue;
      this.#words[entry + 1] = name[0];
      this.#words[entry + 2] = name[1];
      return index;
    }
    return -1;
  }

  /** Says that the ring of a claimed number is there: the owner maps it at its next look. False where the claim was taken away. */
  announceRing(index: number, claimer: number): boolean {
    const claim = claimOf(claimer);
    return Atomics.compareExchange(this.#words, this.#entry(index), claim, RingEntry.ANNOUNCED) === claim;
  }

  /** Takes the claims away whose claimers are gone; the names of their rings, which may have been made. */
  takeDeadClaims(isGone: (claimer: number) => boolean): string[] {
    const names: string[] = [];
    for (let index = 1; index < ROOM_NEWS; index++) {
      const entry = this.#entry(index);
      const claim = Atomics.load(this.#words, entry);
      if ((claim & CLAIM_MASK) !== RingEntry.CLAIMED || !isGone(claim >> CLAIM_BITS)) continue;
      const name = ringName(this.#words[entry + 1] ?? 0, this.#words[entry + 2] ?? 0);
      if (Atomics.compareExchange(this.#words, entry, claim, RingEntry.FREE) === claim) names.push(name);
    }
    return names;
  }

  /** Says that ring `index` has something; the owner may still sleep ({@link takeSleep}). */
  raiseNews(index: number): void {
    Atomics.or(this.#words, NEWS + (index >> 5), 1 << (index & 31));
    Atomics.or(this.#words, SUMMARY, 1 << (index >> 6));
  }

  /** How the owner sleeps, if it does; whoever gets an answer other than AWAKE must wake it, and nobody else will. */
  takeSleep(): number {
    const how = Atomics.load(this.#words, 0);
    if (how === Sleep.AWAKE) return how;
    return Atomics.compareExchange(this.#words, 0, how, Sleep.AWAKE);
  }

  #entry(index: number): number {
    return RINGS + index * RING_WORDS;
  }
}

/** Name of a ring's file. */
export function ringName(high: number, low: number): string {
  const hex = (word: number): string => (word >>> 0).toString(16).padStart(8, '0');
  return `ring-${hex(high)}${hex(low)}`;
}
