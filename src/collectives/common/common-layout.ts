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
/** The longest data of one stage of one member. Slots of all must stay in the caches of the processors. */
export const SLOT_BYTES: number = 2 ** 16;
const SLOTS_EACH = 2;
const LINES_AT = 2 * LINE_BYTES;
const PAGE = 4096;

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
  slotsAt(size) + (member * SLOTS_EACH + (stage & (SLOTS_EACH - 1))) * SLOT_BYTES;

export const commonBytes = (size: number): number => slotAt(size, size + 1, 0);
