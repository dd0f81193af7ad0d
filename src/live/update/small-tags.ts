/** What the values of `small` are encoded as: one byte ahead of each, frozen on the wire. */

export const UNDEFINED = 0;
export const NULL = 1;
export const FALSE = 2;
export const TRUE = 3;
export const INT32 = 4;
export const FLOAT64 = 5;
export const TEXT = 6;
export const BIGINT = 7;
export const DATE = 8;
export const MAP = 9;
export const SET = 10;
export const ARRAY = 11;
export const OBJECT = 12;
export const TYPED_ARRAY = 13;
export const ARRAY_BUFFER = 14;
export const DATA_VIEW = 15;
export const REG_EXP = 16;
/** A hole of an array. */
export const HOLE = 17;

/** Deeper values are refused at both ends: no peer makes the other one's stack overflow, no circle goes on for ever. */
export const DEPTH_MAX = 64;

/** Of a bigint, in hexadecimal, with its sign; refused at both ends: longer ones take time beyond proportion to read. */
export const BIGINT_DIGITS_MAX = 4096;
