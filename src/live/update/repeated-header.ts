/**
 * A header read at the places of the last one (header-layout.ts), where it has the same shape: every byte that is no value has to be as it
 * was, so what is read was held against what is there when the layout was learned.
 *
 *     header       ▒▒▒▒▒▒▒▒░░░░▒▒▒▒▒▒░░░░░░░░▒▒▒▒▒▒▒▒▒▒▒▓▓▓▓▓▓▓▓▓▓
 *     fixed        ████████    ██████        ███████████               arrays, keys, kinds, lengths: as last time
 *     fixed+texts  ████████    ██████        █████████████████████     and no text differs: none is read again
 */
import type { TypedArrayClass } from './element-types.ts';
import { type Field, fieldsOf, LENGTH_BYTES, memberBytes } from './header-layout.ts';
import type { ReceivedArray } from './received-array.ts';
import * as tag from './small-tags.ts';

type Small = Record<string, unknown>;

/** An array without its elements, whose memory is soon another frame's. */
export interface ArrayLayout {
  readonly name: string;
  readonly shape: readonly number[];
  readonly Class: TypedArrayClass;
  readonly elements: number;
  readonly byteLength: number;
}

/** A message whose frames are read, with the views that this takes. */
export interface MessageViews {
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly view: DataView<ArrayBuffer>;
  readonly words: Int32Array<ArrayBuffer>;
}

export class RepeatedHeader {
  readonly #words: Int32Array;
  readonly #fixed: Int32Array;
  readonly #fixedAndTexts: Int32Array;
  readonly #fields: readonly Field[];
  readonly #small: Small;
  readonly byteLength: number;
  readonly arrays: readonly ArrayLayout[];

  private constructor(
    header: Uint8Array,
    fields: readonly Field[],
    small: Small,
    arrays: readonly ReceivedArray[],
  ) {
    const words = Math.ceil(header.byteLength / 4);
    this.byteLength = header.byteLength;
    this.arrays = arrays.map(({ name, shape, data }) => ({
      name,
      shape: Object.freeze(shape),
      Class: data.constructor as TypedArrayClass,
      elements: data.length,
      byteLength: data.byteLength,
    }));
    this.#words = new Int32Array(words);
    new Uint8Array(this.#words.buffer).set(header);
    this.#fixed = new Int32Array(words);
    this.#fixedAndTexts = new Int32Array(words);
    const fixed = new Uint8Array(this.#fixed.buffer);
    fixed.fill(255, 0, header.byteLength);
    for (const field of fields) forEachValue(header, field, (from, to) => fixed.fill(0, from, to));
    const fixedAndTexts = new Uint8Array(this.#fixedAndTexts.buffer);
    fixedAndTexts.set(fixed);
    for (const { tag: code, at, length } of fields)
      if (code === tag.TEXT) fixedAndTexts.fill(255, at + LENGTH_BYTES, at + LENGTH_BYTES + length);
    this.#fields = fields;
    this.#small = { ...small };
  }

  /** Of a frame that was read with success; null where its values are not of the kinds for this. */
  static learn(
    header: Uint8Array,
    smallStart: number,
    small: Readonly<Small>,
    arrays: readonly ReceivedArray[],
  ): RepeatedHeader | null {
    const view = new DataView(header.buffer, header.byteOffset, header.byteLength);
    const fields = fieldsOf(header, view, smallStart);
    return fields === null ? null : new RepeatedHeader(header, fields, small, arrays);
  }

  /** The small values of the header that begins at `at`, and is as long as this one; null where it is another. */
  read({ bytes, view, words }: MessageViews, at: number): Small | null {
    const first = at / 4;
    const known = this.#words;
    const fixed = this.#fixed;
    const fixedAndTexts = this.#fixedAndTexts;
    let difference = 0;
    let textDifference = 0;
    for (let index = 0; index < known.length; index += 1) {
      const change = (words[first + index] as number) ^ (known[index] as number);
      difference |= change & (fixed[index] as number);
      textDifference |= change & (fixedAndTexts[index] as number);
    }
    if (difference !== 0) return null;
    const small = { ...this.#small };
    for (const field of this.#fields) {
      const place = at + field.at;
      switch (field.tag) {
        case tag.INT32:
          small[field.key] = view.getInt32(place + 1, true);
          break;
        case tag.FLOAT64:
          small[field.key] = view.getFloat64(place + 1, true);
          break;
        case tag.TRUE: {
          const code = bytes[place];
          if (code !== tag.TRUE && code !== tag.FALSE) return null;
          small[field.key] = code === tag.TRUE;
          break;
        }
        case tag.ARRAY:
          small[field.key] = readMembers(bytes, view, place, field.length);
          break;
        case tag.TEXT:
          if (textDifference !== 0) small[field.key] = readText(bytes, place, field.length);
          break;
      }
    }
    return small;
  }
}

/** Calls `visit` with where each value stands that may differ. */
function forEachValue(
  header: Uint8Array,
  { tag: code, at, length }: Field,
  visit: (from: number, to: number) => void,
): void {
  if (code === tag.TRUE) visit(at, at + 1);
  else if (code === tag.INT32 || code === tag.FLOAT64) visit(at + 1, at + memberBytes(code));
  else if (code === tag.TEXT) visit(at + LENGTH_BYTES, at + LENGTH_BYTES + length);
  else if (code === tag.ARRAY) {
    let member = at + LENGTH_BYTES;
    for (let left = length; left > 0; left -= 1) {
      const size = memberBytes(header[member] ?? tag.INT32);
      visit(member + 1, member + size);
      member += size;
    }
  }
}

function readMembers(bytes: Uint8Array, view: DataView, at: number, length: number): number[] {
  const members: number[] = [];
  let place = at + LENGTH_BYTES;
  for (let left = length; left > 0; left -= 1) {
    const code = bytes[place] ?? tag.INT32;
    members.push(code === tag.INT32 ? view.getInt32(place + 1, true) : view.getFloat64(place + 1, true));
    place += memberBytes(code);
  }
  return members;
}

const readText = (bytes: Uint8Array<ArrayBuffer>, at: number, length: number): string =>
  Buffer.from(bytes.buffer, bytes.byteOffset + at + LENGTH_BYTES, length).toString('utf8');
