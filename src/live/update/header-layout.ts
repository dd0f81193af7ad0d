/**
 * Where the small values of a frame stand in its header. The names and kinds in a client's updates are the same time after time: whoever
 * has this of the last one writes the next one over it, or reads it at the same places (frame-encoder.ts, frame-decoder.ts).
 *
 *     u32 count │ u32 length, key │ tag, value │ u32 length, key │ tag, value │ …
 *                                   ↑ at                           ↑ at
 */
import * as tag from './small-tags.ts';

export interface Field {
  readonly key: string;
  /** Of the value's kind; TRUE for both of them. */
  readonly tag: number;
  /** Where the tag stands. */
  readonly at: number;
  /** Bytes of a text, members of an array. */
  readonly length: number;
}

/** Layouts are learned from so many frames that differ, and from then on from one in as many: a stream may have none. */
const TRIALS = 8;

/** Bytes of numbers as members of an array. */
export const memberBytes = (code: number): number => (code === tag.INT32 ? 5 : 9);
/** Bytes ahead of the members of an array, or of the bytes of a text: the tag, the length. */
export const LENGTH_BYTES = 5;

/**
 * The fields of small values that are well-formed; null where there are others than numbers, booleans, texts, null, undefined,
 * and flat arrays of numbers.
 */
export function fieldsOf(bytes: Uint8Array, view: DataView, start: number): Field[] | null {
  const fields: Field[] = [];
  let at = start + 4;
  for (let left = view.getUint32(start, true); left > 0; left -= 1) {
    const keyLength = view.getUint32(at, true);
    const key = Buffer.from(bytes.buffer, bytes.byteOffset + at + 4, keyLength).toString('utf8');
    at += 4 + keyLength;
    const field = fieldAt(bytes, view, key, at);
    if (field === null || key === '__proto__') return null;
    fields.push(field);
    at = endOf(field, bytes);
  }
  return fields;
}

function fieldAt(bytes: Uint8Array, view: DataView, key: string, at: number): Field | null {
  const code = bytes[at] ?? tag.UNDEFINED;
  switch (code) {
    case tag.INT32:
    case tag.FLOAT64:
    case tag.NULL:
    case tag.UNDEFINED:
      return { key, tag: code, at, length: 0 };
    case tag.FALSE:
    case tag.TRUE:
      return { key, tag: tag.TRUE, at, length: 0 };
    case tag.TEXT:
      return { key, tag: code, at, length: view.getUint32(at + 1, true) };
    case tag.ARRAY: {
      const field = { key, tag: code, at, length: view.getUint32(at + 1, true) };
      let member = at + LENGTH_BYTES;
      for (let left = field.length; left > 0; left -= 1) {
        const memberTag = bytes[member];
        if (memberTag !== tag.INT32 && memberTag !== tag.FLOAT64) return null;
        member += memberBytes(memberTag);
      }
      return field;
    }
    default:
      return null;
  }
}

function endOf({ tag: code, at, length }: Field, bytes: Uint8Array): number {
  switch (code) {
    case tag.INT32:
    case tag.FLOAT64:
      return at + memberBytes(code);
    case tag.TEXT:
      return at + LENGTH_BYTES + length;
    case tag.ARRAY: {
      let member = at + LENGTH_BYTES;
      for (let left = length; left > 0; left -= 1) member += memberBytes(bytes[member] ?? tag.INT32);
      return member;
    }
    default:
      return at + 1;
  }
}

/** Says when to learn a layout: it pays where many frames have the same one. */
export class LayoutTrials {
  #misses = 0;

  /** A frame had another layout than the one that was learned. */
  isWorthwhile(): boolean {
    this.#misses += 1;
    return this.#misses <= TRIALS || this.#misses % TRIALS === 0;
  }

  hit(): void {
    this.#misses = 0;
  }
}
