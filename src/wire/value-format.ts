/**
 * How a value looks as bytes. Frozen on the wire: every process of a universe must agree.
 *
 * ```
 * message   = mode, value, content of each deferred container in the order of deferral
 * mode      = TREE: no object occurs twice | GRAPH: REFERENCE may occur, so the reader numbers the objects
 * value     = 00..7f                           the integers 0 to 127
 *           | 80..9f, bytes                    a Latin-1 string of 0 to 31 characters
 *           | a0..af, item × n                 an array of 0 to 15 items
 *           | b0..bf                           the integers -16 to -1
 *           | tag, whatever the tag says       see below
 * item      = value | HOLE
 * ```
 *
 * Numbers of two bytes and more are little-endian; lengths and ids are variable-length integers, seven bits a byte, low
 * bits first. Objects are numbered from 0 in the order in which their first byte stands.
 *
 * An object is its keys, then its values: the keys as one block of bytes, which both sides look up as a whole in
 * a cache (a program sends few shapes, many times), and which further objects of the same shape name by number.
 *
 * The commonest tags stand once more, as plain numbers, in `value-decoder.ts`.
 *
 * A container DEPTH_MAX levels deep is deferred: in its place stands its kind, and its content follows at the
 * end, again with DEPTH_MAX levels to go. So neither side's stack grows with the data.
 */

/** No object occurs twice. */
export const MODE_TREE = 0;
/** Some object occurs twice or contains itself. */
export const MODE_GRAPH = 1;

/** Containers inside containers, before the rest is deferred. */
export const DEPTH_MAX = 64;

/** First tag of the strings of 0 to 31 characters. */
export const SHORT_STRING = 0x80;
export const SHORT_STRING_MAX = 31;
/** First tag of the arrays of 0 to 15 items. */
export const SHORT_ARRAY = 0xa0;
export const SHORT_ARRAY_MAX = 15;
/** First tag of the integers from -16 to -1. */
export const NEGATIVE = 0xb0;

export const UNDEFINED = 0xc0;
export const NULL = 0xc1;
export const FALSE = 0xc2;
export const TRUE = 0xc3;
/** No element at this index; a key that vanished while the object was read. */
export const HOLE = 0xc4;
/** Ends what has no count. */
export const END = 0xc5;
/** 2 bytes. */
export const INT16 = 0xc6;
/** 4 bytes. */
export const INT32 = 0xc7;
/** 8 bytes. */
export const FLOAT64 = 0xc8;
/** 8 bytes: from -2⁶³ to 2⁶³ - 1. */
export const BIGINT64 = 0xc9;
/** Length, magnitude in big-endian bytes. */
export const BIGINT_POSITIVE = 0xca;
export const BIGINT_NEGATIVE = 0xcb;
/** Length, bytes. */
export const LATIN1 = 0xcc;
/** Length in code units, two bytes each. */
export const UTF16 = 0xcd;
/** Length, items. */
export const ARRAY = 0xce;
/** Length, then key, value … END: an array with many holes, or with named properties of its own. */
export const KEYED_ARRAY = 0xcf;
/** Block length, block (count, keys), items. The message's shapes are numbered from 0. */
export const SHAPED = 0xd0;
/** Shape number, items. */
export const SAME_SHAPE = 0xd1;
/** Key, value … END. */
export const DICTIONARY = 0xd2;
/** Key, value … END. */
export const MAP = 0xd3;
/** Value … END. */
export const SET = 0xd4;
/** 8 bytes: milliseconds. */
export const DATE = 0xd5;
/** Source, flags. */
export const REGEXP = 0xd6;
/** Class (see `value-errors.ts`), parts, then the parts present: message, stack, name, cause. */
export const ERROR = 0xd7;
/** A primitive: its wrapper object. */
export const BOXED = 0xd8;
/** Element type, length in bytes, bytes. */
export const BUFFER = 0xd9;
/** Number of an object that stands earlier. */
export const REFERENCE = 0xda;
/** The tag of the kind (ARRAY, DICTIONARY, MAP, SET): a container whose content follows at the end. */
export const DEFERRED = 0xdb;
