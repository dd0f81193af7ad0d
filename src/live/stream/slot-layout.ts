/**
 * Where long updates lie that a client has no need to send: memory that it shares with its master, in slots of one length. The master reads
 * an update where it lies, and so its arrays are copied once, by the client.
 *
 *     words 0       somebody waits for a slot       set by the client, taken back by the master when it gives one back
 *     words 16·i    slot i − 1 is taken             set by the client, taken back by the master
 *     4096 …        the slots, each of whole pages
 *
 * What is in a slot is told by a message, the notice, in the order of all others:
 *
 *     0 u32 magic │ 4 u32 slot │ 8 f64 bytes of a slot │ 16 f64 length of the frame │ 24 name of the memory
 */
import { FrameError } from '../update/frame-error.ts';

export const PAGE_BYTES = 4096;
export const SLOTS_MAX = 8;
export const WANTED = 0;
const FLAG_STRIDE = 16;
const MAGIC = 0x544f_4c53;
const NAME_AT = 24;
/** Long enough for any name of shared memory. */
export const NOTICE_BYTES_MAX = 256;

export const flagOf = (slot: number): number => FLAG_STRIDE * (slot + 1);
export const startOf = (slot: number, slotBytes: number): number => PAGE_BYTES + slot * slotBytes;

export interface SlotNotice {
  readonly slot: number;
  readonly slotBytes: number;
  readonly length: number;
  readonly name: string;
}

/** Writes a notice into the memory; its length. */
export function writeNotice(into: Uint8Array<ArrayBuffer>, notice: SlotNotice): number {
  const view = new DataView(into.buffer, into.byteOffset, into.byteLength);
  view.setUint32(0, MAGIC, true);
  view.setUint32(4, notice.slot, true);
  view.setFloat64(8, notice.slotBytes, true);
  view.setFloat64(16, notice.length, true);
  return NAME_AT + new TextEncoder().encodeInto(notice.name, into.subarray(NAME_AT)).written;
}

export function isNotice(message: Uint8Array, bytes: number): boolean {
  if (bytes <= NAME_AT || bytes > NOTICE_BYTES_MAX) return false;
  return new DataView(message.buffer, message.byteOffset, NAME_AT).getUint32(0, true) === MAGIC;
}

/**
 * What the notice says.
 *
 * @throws {FrameError} where that cannot be.
 */
export function readNotice(notice: Uint8Array): SlotNotice {
  const view = new DataView(notice.buffer, notice.byteOffset, notice.byteLength);
  const slot = view.getUint32(4, true);
  const slotBytes = view.getFloat64(8, true);
  const length = view.getFloat64(16, true);
  const isPossible =
    slot < SLOTS_MAX &&
    Number.isSafeInteger(slotBytes) &&
    slotBytes % PAGE_BYTES === 0 &&
    Number.isSafeInteger(length) &&
    length > 0 &&
    length % 8 === 0 &&
    length <= slotBytes;
  if (!isPossible) throw new FrameError(`it tells of ${length} bytes in slot ${slot} of ${slotBytes} bytes`);
  return { slot, slotBytes, length, name: Buffer.from(notice.subarray(NAME_AT)).toString('latin1') };
}
