/**
 * Short texts that were read before, found again by their bytes: the names in a client's updates are the same time after time,
 * and to make a string costs more than to compare it.
 */

const SLOTS = 512;
/** Longer ones are seldom names. */
export const CACHED_BYTES_MAX = 24;

export class TextCache {
  readonly #texts: (string | undefined)[] = new Array<string | undefined>(SLOTS);

  /** The text of ASCII bytes; undefined where some are not ASCII. */
  ascii(bytes: Uint8Array, from: number, length: number): string | undefined {
    let hash = length;
    for (let index = from; index < from + length; index += 1) {
      const code = bytes[index]!;
      if (code > 127) return undefined;
      hash = (Math.imul(hash, 31) + code) | 0;
    }
    const slot = (hash ^ (hash >>> 9)) & (SLOTS - 1);
    const known = this.#texts[slot];
    if (known?.length === length && isSame(known, bytes, from)) return known;
    const text = String.fromCharCode.apply(null, bytes.subarray(from, from + length) as unknown as number[]);
    this.#texts[slot] = text;
    return text;
  }
}

function isSame(text: string, bytes: Uint8Array, from: number): boolean {
  for (let index = 0; index < text.length; index += 1)
    if (text.charCodeAt(index) !== bytes[from + index]) return false;
  return true;
}
