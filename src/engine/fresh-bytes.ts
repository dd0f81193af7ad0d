/** Memory for a message that arrives: its own ArrayBuffer, not zeroed first where that costs something. */

const ZEROED_BYTES_MAX = 1024;

export function freshBytes(length: number): Uint8Array {
  if (length <= ZEROED_BYTES_MAX) return new Uint8Array(length);
  const { buffer, byteOffset } = Buffer.allocUnsafeSlow(length);
  return new Uint8Array(buffer, byteOffset, length);
}

/** A copy of its own, also where the bytes are a Buffer, whose `slice` copies nothing. */
export function copyOf(bytes: Uint8Array, start: number, size: number): Uint8Array {
  const copy = freshBytes(size);
  copy.set(bytes.subarray(start, start + size));
  return copy;
}
