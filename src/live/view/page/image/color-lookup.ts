/**
 * The colour of each code, looked up: a range, a scale and a map cost 65,536 computations at most, whatever the number of pixels, and none while they
 * stay. Averages of codes lie between them: where there are few codes, each has so many steps to the next one.
 */
import type { ImageCodes } from '../../wire/image-data.ts';
import { levelOf } from './color-scale.ts';
import type { Painting } from './painting.ts';

const ENTRIES_MAX = 65_536;
const STEPS_MAX = 16;

export class ColorLookup {
  /** Red, green, blue and alpha of each step, as a word of a canvas' memory. */
  readonly colors: Uint32Array = new Uint32Array(ENTRIES_MAX);
  /** From a code to the next one. */
  steps: number = 1;
  #made: string = '';
  #table: Uint8Array | undefined;

  /** @param isAveraged whether there are values between the codes */
  prepare({ codes, ends, scale, table }: Painting, isAveraged: boolean): void {
    const count = codesOf(codes);
    this.steps = isAveraged ? Math.min(STEPS_MAX, Math.floor(ENTRIES_MAX / count)) : 1;
    const made = [codes.offset, codes.scale, count, this.steps, ...ends, scale].join();
    if (made === this.#made && table === this.#table) return;
    this.#made = made;
    this.#table = table;
    const words = wordsOf(table);
    const entries = (count - 1) * this.steps + 1;
    const step = codes.scale / this.steps;
    for (let index = 0; index < entries; index += 1) {
      const level = levelOf(codes.offset + step * index, ends, scale) ?? 0;
      this.colors[index] = words[level] as number;
    }
  }
}

/** The colours of a table, as words of a canvas' memory. */
export function wordsOf(table: Uint8Array): Uint32Array {
  return new Uint32Array(table.buffer, table.byteOffset, table.byteLength / 4);
}

/** A colour as a word of a canvas' memory. */
export function wordOf(red: number, green: number, blue: number): number {
  return wordsOf(Uint8Array.of(red, green, blue, 255))[0] as number;
}

/** That stand for numbers. */
function codesOf({ data, isExact, min, max }: ImageCodes): number {
  if (isExact && min <= max) return max - min + 1;
  return data instanceof Uint8Array ? 255 : 65_535;
}
