/**
 * Small values written over those of the last frame, where keys and kinds are the same: at their places (header-layout.ts), so that a
 * stream's names, and texts that have not changed, are written once.
 */
import type { ByteWriter } from './byte-writer.ts';
import { type Field, fieldsOf, LayoutTrials, LENGTH_BYTES, memberBytes } from './header-layout.ts';
import * as tag from './small-tags.ts';

export class RepeatedSmall {
  readonly #writer: ByteWriter;
  readonly #trials = new LayoutTrials();
  #fields: readonly Field[] | null = null;
  /** Texts as they stand there. */
  #texts: (string | null)[] = [];

  constructor(writer: ByteWriter) {
    this.#writer = writer;
  }

  /** The writer has the values from `start` on, just written. */
  learn(small: Readonly<Record<string, unknown>>, start: number): void {
    this.#fields = null;
    if (!this.#trials.isWorthwhile()) return;
    const { bytes, view } = this.#writer;
    this.#fields = fieldsOf(bytes, view, start);
    this.#texts = (this.#fields ?? []).map(({ key, tag: code }) =>
      code === tag.TEXT ? (small[key] as string) : null,
    );
  }

  forget(): void {
    this.#fields = null;
  }

  /** True where the writer has these values now, at the places of the last ones. */
  write(small: Readonly<Record<string, unknown>>): boolean {
    const fields = this.#fields;
    if (fields === null) return false;
    let index = 0;
    for (const key of Object.keys(small)) {
      const field = fields[index];
      if (field?.key !== key || !this.#writeField(field, index, small[key])) return false;
      index += 1;
    }
    if (index !== fields.length) return false;
    this.#trials.hit();
    return true;
  }

  #writeField(field: Field, index: number, value: unknown): boolean {
    const { bytes } = this.#writer;
    switch (field.tag) {
      case tag.INT32:
      case tag.FLOAT64:
        return typeof value === 'number' && this.#writeNumber(field.at, field.tag, value);
      case tag.TRUE:
        if (typeof value !== 'boolean') return false;
        bytes[field.at] = value ? tag.TRUE : tag.FALSE;
        return true;
      case tag.TEXT:
        return value === this.#texts[index] || this.#writeText(field, index, value);
      case tag.ARRAY:
        return Array.isArray(value) && this.#writeMembers(field, value);
      case tag.NULL:
        return value === null;
      default:
        return value === undefined;
    }
  }

  #writeNumber(at: number, code: number, value: number): boolean {
    const { view } = this.#writer;
    if (code === tag.FLOAT64) {
      // Whole numbers as well: they arrive as the same.
      view.setFloat64(at + 1, value, true);
      return true;
    }
    if ((value | 0) !== value || Object.is(value, -0)) return false;
    view.setInt32(at + 1, value, true);
    return true;
  }

  #writeText({ at, length }: Field, index: number, value: unknown): boolean {
    if (typeof value !== 'string' || value.length !== length) return false;
    const { bytes } = this.#writer;
    const start = at + LENGTH_BYTES;
    for (let offset = 0; offset < length; offset += 1) {
      const code = value.charCodeAt(offset);
      if (code > 127) return false;
      bytes[start + offset] = code;
    }
    this.#texts[index] = value;
    return true;
  }

  #writeMembers({ at, length }: Field, value: readonly unknown[]): boolean {
    if (value.length !== length) return false;
    const { bytes } = this.#writer;
    let member = at + LENGTH_BYTES;
    for (let index = 0; index < length; index += 1) {
      const each = value[index];
      const code = bytes[member] ?? tag.INT32;
      if (typeof each !== 'number' || !this.#writeNumber(member, code, each)) return false;
      member += memberBytes(code);
    }
    return true;
  }
}
