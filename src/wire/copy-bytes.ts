/** Copying bytes from one view to another, quick for few of them as well. */

/** Below this a loop beats the call of TypedArray.prototype.set with the view it needs. */
export const LOOP_BYTES_MAX = 24;

/** Copies what fits of `size` bytes to `target` at `at`. */
export function copyBytes(
  source: Uint8Array,
  start: number,
  size: number,
  target: Uint8Array,
  at: number,
): void {
  const room = target.length - at;
  const count = size < room ? size : room;
  if (count <= LOOP_BYTES_MAX) for (let k = 0; k < count; k++) target[at + k] = source[start + k]!;
  else target.set(count === source.length ? source : source.subarray(start, start + count), at);
}
