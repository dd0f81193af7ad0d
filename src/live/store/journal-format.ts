/**
 * What a journal looks like: the frames as they came, each behind a head of 32 bytes, all numbers little-endian.
 *
 *     file     8 bytes "PARLEYJ1"
 *     record   0 u32 magic   4 u32 checksum (CRC-32 of the head behind it, and of the frame)
 *              8 u32 client 12 u32 type (frame or session)
 *             16 f64 time of reception 24 f64 length of the frame
 *             32 the frame, a multiple of 8 bytes
 *
 * A session record, without a frame, stands where a master has begun to write: clients are counted anew behind it.
 */
import { crc32 } from 'node:zlib';

export const FILE_MAGIC: Uint8Array = new TextEncoder().encode('PARLEYJ1');
export const RECORD_MAGIC = 0x4345_524a;
export const RECORD_HEAD_BYTES = 32;
export const FRAME_RECORD = 1;
export const SESSION_RECORD = 2;

export interface RecordHead {
  readonly client: number;
  readonly type: number;
  readonly receivedAt: number;
  readonly length: number;
}

export function writeRecordHead(into: Uint8Array, head: RecordHead, frame: Uint8Array): void {
  const view = new DataView(into.buffer, into.byteOffset, RECORD_HEAD_BYTES);
  view.setUint32(0, RECORD_MAGIC, true);
  view.setUint32(8, head.client, true);
  view.setUint32(12, head.type, true);
  view.setFloat64(16, head.receivedAt, true);
  view.setFloat64(24, head.length, true);
  view.setUint32(4, checksum(into, frame), true);
}

/** The head that stands there; undefined where none does. Its checksum is not looked at. */
export function readRecordHead(bytes: Uint8Array): RecordHead | undefined {
  if (bytes.byteLength < RECORD_HEAD_BYTES) return undefined;
  const view = new DataView(bytes.buffer, bytes.byteOffset, RECORD_HEAD_BYTES);
  if (view.getUint32(0, true) !== RECORD_MAGIC) return undefined;
  const head = {
    client: view.getUint32(8, true),
    type: view.getUint32(12, true),
    receivedAt: view.getFloat64(16, true),
    length: view.getFloat64(24, true),
  };
  const isWhole = Number.isSafeInteger(head.length) && head.length >= 0 && head.length % 8 === 0;
  return isWhole ? head : undefined;
}

export function hasItsChecksum(head: Uint8Array, frame: Uint8Array): boolean {
  const view = new DataView(head.buffer, head.byteOffset, RECORD_HEAD_BYTES);
  return view.getUint32(4, true) === checksum(head, frame);
}

const checksum = (head: Uint8Array, frame: Uint8Array): number =>
  crc32(frame, crc32(head.subarray(8, RECORD_HEAD_BYTES)));
