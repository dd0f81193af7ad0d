/**
 * A detector image as a PNG to look at: pixels magnified to a size that can be seen, rows and columns along the edges, a
 * colour bar with its values. Pixels that do not measure are grey.
 *
 *        title
 *      ┌──────────────────────────────┐ ┌─┐
 *    0 ┤                              │ │ ├ 500
 *      │            image             │ │ ├ 100
 *   50 ┤                              │ │ ├ 0
 *      └┬──────────────┬──────────────┘ └─┘
 *       0             100
 */
import { PNG } from 'pngjs';
import { colourMap, type Colour } from './colour-map.ts';
import { drawText, GLYPH_ROWS, textColumns } from './pixel-font.ts';
import type { ValueScale } from './value-scale.ts';

export interface ImagePlot {
  readonly data: Float64Array;
  readonly rows: number;
  readonly columns: number;
  /** 1 where a pixel measures; without it, all do. */
  readonly mask?: Uint8Array | undefined;
  readonly scale: ValueScale;
  readonly title: string;
  readonly unit: string;
}

const WANTED_WIDTH = 1164;
const WANTED_HEIGHT = 900;
const DOT = 2;
const MARGIN = { left: 64, top: 48, bottom: 44, right: 130 };
const BAR = { gap: 24, width: 22, labelGap: 12 };
const TICK = 6;
const PAPER: Colour = [18, 18, 22];
const INK: Colour = [214, 214, 220];
const NOT_MEASURED: Colour = [84, 88, 96];

export function plotImage(plot: ImagePlot): Buffer {
  const { rows, columns } = plot;
  const zoom = Math.max(1, Math.floor(Math.min(WANTED_WIDTH / columns, WANTED_HEIGHT / rows)));
  const canvas = new Canvas(
    MARGIN.left + columns * zoom + MARGIN.right,
    MARGIN.top + rows * zoom + MARGIN.bottom,
  );
  const colours = colourMap();
  drawPixels(canvas, plot, zoom, colours);
  drawEdges(canvas, plot, zoom);
  drawBar(canvas, plot, zoom, colours);
  canvas.text(plot.title, MARGIN.left, MARGIN.top - 16 - GLYPH_ROWS * DOT);
  return canvas.encode();
}

function drawPixels(canvas: Canvas, plot: ImagePlot, zoom: number, colours: readonly Colour[]): void {
  for (let row = 0; row < plot.rows; row++) {
    for (let column = 0; column < plot.columns; column++) {
      const pixel = row * plot.columns + column;
      const place = plot.scale.place(plot.data[pixel] ?? 0);
      const measured = plot.mask === undefined || plot.mask[pixel] === 1;
      const colour = measured ? (colours[Math.round(place * (colours.length - 1))] ?? INK) : NOT_MEASURED;
      canvas.fill(MARGIN.left + column * zoom, MARGIN.top + row * zoom, zoom, zoom, colour);
    }
  }
}

function drawEdges(canvas: Canvas, { rows, columns }: ImagePlot, zoom: number): void {
  const bottom = MARGIN.top + rows * zoom;
  for (const column of edgeTicks(columns, zoom)) {
    const x = MARGIN.left + Math.floor((column + 0.5) * zoom);
    canvas.fill(x, bottom, 1, TICK, INK);
    canvas.text(String(column), x - (textColumns(String(column)) * DOT) / 2, bottom + TICK + 6);
  }
  for (const row of edgeTicks(rows, zoom)) {
    const y = MARGIN.top + Math.floor((row + 0.5) * zoom);
    const label = String(row);
    canvas.fill(MARGIN.left - TICK, y, TICK, 1, INK);
    canvas.text(label, MARGIN.left - TICK - 6 - textColumns(label) * DOT, y - (GLYPH_ROWS * DOT) / 2);
  }
}

function drawBar(canvas: Canvas, plot: ImagePlot, zoom: number, colours: readonly Colour[]): void {
  const left = MARGIN.left + plot.columns * zoom + BAR.gap;
  const height = plot.rows * zoom;
  for (let y = 0; y < height; y++) {
    const colour = colours[Math.round((1 - y / Math.max(1, height - 1)) * (colours.length - 1))] ?? INK;
    canvas.fill(left, MARGIN.top + y, BAR.width, 1, colour);
  }
  for (const value of plot.scale.ticks()) {
    const y = MARGIN.top + Math.round((1 - plot.scale.place(value)) * (height - 1));
    canvas.fill(left + BAR.width, y, TICK, 1, INK);
    canvas.text(tickLabel(value), left + BAR.width + BAR.labelGap, y - (GLYPH_ROWS * DOT) / 2);
  }
  canvas.text(plot.unit, left, MARGIN.top - 16 - GLYPH_ROWS * DOT);
}

function tickLabel(value: number): string {
  return String(Number(value.toPrecision(3)));
}

/** Round row or column numbers with room between them for their labels. */
function edgeTicks(count: number, zoom: number): number[] {
  const roomy =
    [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000].find((step) => step * zoom >= 90) ?? 10000;
  return Array.from({ length: Math.ceil(count / roomy) }, (_, index) => index * roomy);
}

class Canvas {
  readonly #png: PNG;

  constructor(width: number, height: number) {
    this.#png = new PNG({ width, height, colorType: 2 });
    this.fill(0, 0, width, height, PAPER);
  }

  fill(left: number, top: number, width: number, height: number, [red, green, blue]: Colour): void {
    const { data, width: across, height: down } = this.#png;
    for (let y = Math.max(0, top); y < Math.min(down, top + height); y++) {
      for (let x = Math.max(0, left); x < Math.min(across, left + width); x++) {
        const byte = 4 * (y * across + x);
        data[byte] = red;
        data[byte + 1] = green;
        data[byte + 2] = blue;
        data[byte + 3] = 255;
      }
    }
  }

  text(text: string, left: number, top: number): void {
    drawText(text, (x, y) => {
      this.fill(Math.round(left) + x * DOT, Math.round(top) + y * DOT, DOT, DOT, INK);
    });
  }

  encode(): Buffer {
    return PNG.sync.write(this.#png, { colorType: 2 });
  }
}
