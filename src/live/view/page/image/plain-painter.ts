/**
 * Paints images with the ordinary processor, pixel by pixel of the canvas: where no graphics processor is behind WebGL2 that takes less than to
 * imitate one.
 */
import type { ImageScale } from '../../panel.ts';
import { ColorLookup, wordOf, wordsOf } from './color-lookup.ts';
import { type Ends, levelOf } from './color-scale.ts';
import { type Painter, type Painting, samplesAt } from './painting.ts';

interface Picture {
  readonly pixels: ImageData;
  readonly words: Uint32Array;
  readonly lookup: ColorLookup;
}

/** Columns of the image that lie under the canvas', or rows: `samples` for each, and -1 where none does. */
interface Places {
  readonly samples: number;
  readonly at: Int32Array;
}

export class PlainPainter implements Painter {
  readonly #pictures = new Map<object, Picture>();

  paint(owner: object, target: CanvasRenderingContext2D, painting: Painting): boolean {
    const { codes, size, view, maskColor } = painting;
    const { width, height } = target.canvas;
    const picture = this.#picture(owner, width, height);
    const columns = placesAlong(view.left, view.scaleX, width, size.width);
    const rows = placesAlong(view.top, view.scaleY, height, size.height);
    const mask = wordOf(...maskColor);
    if (codes.data instanceof Float32Array) {
      const color = colorOfValues(painting, mask);
      paintValues(picture.words, codes.data, size.width, columns, rows, color);
    } else {
      picture.lookup.prepare(painting, columns.samples * rows.samples > 1);
      paintCodes(picture.words, codes.data, size.width, columns, rows, picture.lookup, mask);
    }
    target.putImageData(picture.pixels, 0, 0);
    return true;
  }

  forget(owner: object): void {
    this.#pictures.delete(owner);
  }

  #picture(owner: object, width: number, height: number): Picture {
    const known = this.#pictures.get(owner);
    if (known?.pixels.width === width && known.pixels.height === height) return known;
    const pixels = new ImageData(width, height);
    const words = new Uint32Array(pixels.data.buffer);
    const picture = { pixels, words, lookup: known?.lookup ?? new ColorLookup() };
    this.#pictures.set(owner, picture);
    return picture;
  }
}

/** Keep in step with the shader (shaders.ts). */
function placesAlong(first: number, zoom: number, length: number, limit: number): Places {
  const samples = samplesAt(zoom);
  const at = new Int32Array(length * samples).fill(-1);
  for (let pixel = 0; pixel < length; pixel += 1) {
    const middle = first + (pixel + 0.5) / zoom;
    if (middle < 0 || middle >= limit) continue;
    for (let sample = 0; sample < samples; sample += 1) {
      const spot = samples === 1 ? middle : middle + ((sample + 0.5) / samples - 0.5) / zoom;
      at[pixel * samples + sample] = Math.min(limit - 1, Math.max(0, Math.floor(spot)));
    }
  }
  return { samples, at };
}

function paintCodes(
  words: Uint32Array,
  data: Uint8Array | Uint16Array,
  stride: number,
  { samples: across, at: columns }: Places,
  { samples: down, at: rows }: Places,
  { colors, steps }: ColorLookup,
  mask: number,
): void {
  const noNumber = data instanceof Uint8Array ? 255 : 65_535;
  const isWhole = across * down === 1;
  let at = 0;
  for (let y = 0; y < rows.length; y += down) {
    for (let x = 0; x < columns.length; x += across, at += 1) {
      if (columns[x] === -1 || rows[y] === -1) words[at] = 0;
      else if (isWhole) {
        const code = data[(rows[y] as number) * stride + (columns[x] as number)] as number;
        words[at] = code === noNumber ? mask : (colors[code] as number);
      } else {
        let sum = 0;
        let count = 0;
        for (let j = y; j < y + down; j += 1) {
          const row = (rows[j] as number) * stride;
          for (let i = x; i < x + across; i += 1) {
            const code = data[row + (columns[i] as number)] as number;
            if (code === noNumber) continue;
            sum += code;
            count += 1;
          }
        }
        words[at] = count === 0 ? mask : (colors[Math.floor((sum * steps) / count + 0.5)] as number);
      }
    }
  }
}

function paintValues(
  words: Uint32Array,
  data: Float32Array,
  stride: number,
  { samples: across, at: columns }: Places,
  { samples: down, at: rows }: Places,
  colorOf: (value: number) => number,
): void {
  let at = 0;
  for (let y = 0; y < rows.length; y += down) {
    for (let x = 0; x < columns.length; x += across, at += 1) {
      if (columns[x] === -1 || rows[y] === -1) {
        words[at] = 0;
        continue;
      }
      let sum = 0;
      let count = 0;
      for (let j = y; j < y + down; j += 1) {
        const row = (rows[j] as number) * stride;
        for (let i = x; i < x + across; i += 1) {
          const value = data[row + (columns[i] as number)] as number;
          if (Number.isNaN(value)) continue;
          sum += value;
          count += 1;
        }
      }
      words[at] = colorOf(sum / count);
    }
  }
}

function colorOfValues(
  { ends, scale, table }: { ends: Ends; scale: ImageScale; table: Uint8Array },
  mask: number,
): (value: number) => number {
  const words = wordsOf(table);
  return (value) => {
    const level = levelOf(value, ends, scale);
    return level === undefined ? mask : (words[level] as number);
  };
}
