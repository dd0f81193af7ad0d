/** Bytes of a sender's that have to outlive the push. A Buffer's `slice` copies nothing, hence not that. */

export function copiedBytes(data: Uint8Array, start: number, size: number): Uint8Array {
  const copy = new Uint8Array(size);
  copy.set(data.subarray(start, start + size));
  return copy;
}
