/**
 * Where things are in the memory that the members of a communicator have in common:
 *
 *     line 0     how many members sleep over it
 *     line 1     a word for each member: whom it sleeps for, as rank + 1
 *     then       8 lines for each member, the line of stage s at s modulo 8:
 *                    stage | call: tag, what, bytes | data of at most 48 B
 *     then       2 slots for each member, that of stage s at s modulo 2: longer data
 *     then       2 slots more: results
 *
 * and behind all that, in memory of each process's own, where it computes vectors: a slot, for what is not for others.
 *
 * What a stage is: common-memory.ts.
 */

export const LINE_BYTES = 64;
/** Members that find room in line 1. */
export const MEMBERS_MAX: number = LINE_BYTES / 4;
/** Lines of each member: it may be so many stages ahead of the slowest, less one. */
export const LINES_EACH = 8;
/** Words of a line that come before its data. */
export const CALL_WORDS = 4;
/** The longest data in a line. */
export const INLINE_BYTES: number = LINE_BYTES - 4 * CALL_WORDS;
/**
 * The longest data of one stage of one member among `size`. Slots of two stay in the caches of their cores. More ranks often share cores,
 * where each stage costs a change of process for each: with four ranks on two cores 256 KiB took 0.6 of the time of 64 KiB, over
 * reduce, allreduce, bcast and allgather of 1 and 8 MiB.
 */
export const slotBytes = (size: number): number => (size <= 2 ? 2 ** 17 : 2 ** 18);
const SLOTS_EACH = 2;
const LINES_AT = 2 * LINE_BYTES;
const PAGE = 4096;
/** A page of WebAssembly's memory. */
const CODE_PAGE = 2 ** 16;

export const SLEEPERS_WORD = 0;
/** The word in which a member says whom it sleeps for. */
export const sleepWord = (member: number): number => LINE_BYTES / 4 + member;

/** The first byte of a member's line of a stage. */
export const lineAt = (member: number, stage: number): number =>
  LINES_AT + (member * LINES_EACH + (stage & (LINES_EACH - 1))) * LINE_BYTES;

const slotsAt = (size: number): number =>
  Math.ceil((LINES_AT + size * LINES_EACH * LINE_BYTES) / PAGE) * PAGE;

/** The first byte of a member's slot of a stage among `size` members; `size` itself for that of the results. */
export const slotAt = (size: number, member: number, stage: number): number =>
  slotsAt(size) + (member * SLOTS_EACH + (stage & (SLOTS_EACH - 1))) * slotBytes(size);

/** All that is in common, in whole pages of WebAssembly. */
export const commonBytes = (size: number): number =>
  Math.ceil(slotAt(size, size + 1, 0) / CODE_PAGE) * CODE_PAGE;
