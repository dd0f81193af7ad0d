/**
 * A loan: a line in the header of a ring by which two processes copy the data of one message together, each a part at a
 * time, directly between the memory of the one and that of the other. The receiver takes parts from the front, the sender,
 * as long as it polls, from the back; one copy by two cores takes about as long as half a copy by one.
 *
 *     state     0 free · id: request `id` is lent · −id: the receiver has taken it, and the sender cannot take it back
 *     work      front (8 bits) | back (8 bits) | open | busy | failed        of the round that is being copied
 *
 *     parts     │  0  │  1  │        receiver: front++, copies        sender: once, back--, busy, copies, not busy
 *
 * A round is open only while the receiver's thread is in it: it does not leave before the sender has put away the part that
 * it is busy with. So nobody else ever writes to memory that the receiver's program could have given up or given away, and a receive may be
 * withdrawn between two rounds.
 *
 * Somebody may stop the sender just then, for hours. Where its last part goes stands in this line, in the form in which the system takes
 * it; the receiver of a stopped sender makes nothing of that place, and copies the part itself. Whatever the sender was about to do, it
 * writes nothing any more when it goes on.
 */
import { LINE_WORDS, loanAt } from './ring-layout.ts';

export const STATE = 0;
export const WORK = 1;
/** Where the message's first byte lies with its sender. */
export const SOURCE = 2;
/** The round: its first byte within the message, its bytes, and those of each part. */
export const ROUND_START = 6;
export const ROUND_BYTES = 7;
export const PART_BYTES = 8;
/** Bytes that had been copied when the receiver asked for the rest. */
export const COPIED = 9;
/** Where the last part goes: address and length, two words each. */
export const PLACE = 10;
const PLACE_WORDS = 4;

export const OPEN: number = 1 << 16;
export const BUSY: number = 1 << 17;
export const FAILED: number = 1 << 18;
/** The sender has had its part of this round. */
export const HELPED: number = 1 << 19;
const BACK_ONE: number = 1 << 8;

/** The parts that nobody has taken yet, if the round is open: from `front` to before `back`. */
export const frontOf = (work: number): number => work & 255;
export const backOf = (work: number): number => (work >> 8) & 255;
export const roundOf = (parts: number): number => OPEN | (parts * BACK_ONE);
export const withoutLast = (work: number): number => (work - BACK_ONE) | BUSY | HELPED;

/** The place in a line, for both ends. */
export const placeIn = (words: Int32Array): Int32Array => words.subarray(PLACE, PLACE + PLACE_WORDS);

/** The words of loan `number`; both ends have the same. */
export function loanLine(memory: ArrayBuffer, number: number): Int32Array {
  return new Int32Array(memory, loanAt(number) * 4, LINE_WORDS);
}
