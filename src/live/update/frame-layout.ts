/**
 * Where the parts of a frame stand. All numbers are little-endian; the whole frame is a multiple of 8 bytes, so that frames
 * follow each other in one message, or in a journal, and every array lies aligned for its class.
 *
 *     0  u32 magic        8  i32 rank      24  f64 sequence number   48  u32 length of the header
 *     4  u8  version     12  i32 step      32  f64 time of sending   52  u32 updates that wait behind this one
 *     5  u8  kind        16  f64 run       40  f64 discarded so far  56  f64 length of the frame
 *     6  u16 arrays
 *     64 header:  for each array: u8 class, u8 dimensions, text name, u32 … shape;  then the small values
 *     ↑8 array 0  ↑8 array 1  …                                                     (↑8: the next multiple of 8)
 *
 * Run and step are integers, step −1 where there is none. The sequence number counts the updates that the client has issued in
 * the run, the discarded ones included, from 1; `discarded` is as of when the frame left its client's queue; a frame that is no update bears the number of the last one. Times are
 * milliseconds since 1970, with fractions.
 */

export const MAGIC = 0x4c59_5250;
export const VERSION = 1;
export const PRELUDE_BYTES = 64;

export const AT = {
  magic: 0,
  version: 4,
  kind: 5,
  arrayCount: 6,
  rank: 8,
  step: 12,
  run: 16,
  sequence: 24,
  time: 32,
  discarded: 40,
  headerLength: 48,
  queued: 52,
  length: 56,
} as const;

export const ARRAYS_MAX = 1024;
export const DIMENSIONS_MAX = 32;
/** The step of what belongs to none. */
export const NO_STEP = -1;

/** How long the frame is whose beginning is in these bytes; 0 where they are no beginning of a frame. */
export function announcedLength(message: Uint8Array, bytes: number): number {
  if (bytes < PRELUDE_BYTES) return 0;
  const view = new DataView(message.buffer, message.byteOffset, PRELUDE_BYTES);
  if (view.getUint32(AT.magic, true) !== MAGIC) return 0;
  const length = view.getFloat64(AT.length, true);
  return Number.isSafeInteger(length) && length >= PRELUDE_BYTES && length % 8 === 0 ? length : 0;
}

export const aligned = (bytes: number): number => Math.ceil(bytes / 8) * 8;
