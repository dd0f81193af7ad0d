/**
 * Paints images with the ordinary processor, pixel by pixel of the canvas: where no graphics processor is behind WebGL2 that takes less than to
 * imitate one.
 */
import type { ImageCodes } from '../../wire/image-data.ts';
import { ColorLookup, wordOf, wordsOf } from './color-lookup.ts';
import { levelOf } from './color-scale.ts';
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
    const isAveraged = columns.samples * rows.samples > 1;
    const colorOf =
      codes.data instanceof Float32Array
        ? colorOfValues(painting)
        : colorOfCodes(picture.lookup, painting, isAveraged);
    paintPixels(picture.words, codes.data, size.width, columns, rows, colorOf, mask);
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

/** Each pixel has the colour of what lies under it, on the average; the mask's where that is no number. */
function paintPixels(
  words: Uint32Array,
  data: ImageCodes['data'],
  stride: number,
  { samples: across, at: columns }: Places,
  { samples: down, at: rows }: Places,
  colorOf: (mean: number) => number,
  mask: number,
): void {
  const noNumber = data instanceof Uint8Array ? 255 : data instanceof Uint16Array ? 65_535 : Number.NaN;
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
          const code = data[row + (columns[i] as number)] as number;
          if (code === noNumber || Number.isNaN(code)) continue;
          sum += code;
          count += 1;
        }
      }
      words[at] = count === 0 ? mask : colorOf(sum / count);
    }
  }
}

function colorOfCodes(
  lookup: ColorLookup,
  painting: Painting,
  isAveraged: boolean,
): (mean: number) => number {
  lookup.prepare(painting, isAveraged);
  const { colors, steps } = lookup;
  return (mean) => colors[Math.floor(mean * steps + 0.5)] as number;
}

function colorOfValues({ ends, scale, table }: Painting): (mean: number) => number {
  const words = wordsOf(table);
  return (mean) => words[levelOf(mean, ends, scale) ?? 0] as number;
}
