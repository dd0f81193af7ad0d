/** The Mandelbrot set, tile by tile: what the workers compute. Nothing here knows of messages. */

/** A picture of the whole set: the plane from -2.25 to 0.75 across, as high as it comes. */
export interface Picture {
  readonly width: number;
  readonly height: number;
  /** A point that has not escaped after so many steps counts as inside. */
  readonly iterations: number;
}

/** A rectangle of the picture, in pixels. */
export interface Tile {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

export interface TileResult {
  /** Red, green and blue of each pixel, row by row. */
  readonly rgb: Uint8Array;
  /** Pixels inside the set. */
  readonly inside: number;
}

const LEFT = -2.25;
const RIGHT = 0.75;
const ESCAPE = 256;

/** Cuts the picture into squares of this side, smaller at its edges. */
export function tilesOf({ width, height }: Picture, side: number): Tile[] {
  const tiles: Tile[] = [];
  for (let top = 0; top < height; top += side) {
    for (let left = 0; left < width; left += side) {
      tiles.push({ left, top, width: Math.min(side, width - left), height: Math.min(side, height - top) });
    }
  }
  return tiles;
}

export function computeTile(picture: Picture, tile: Tile): TileResult {
  const rgb = new Uint8Array(3 * tile.width * tile.height);
  let inside = 0;
  let at = 0;
  for (let y = tile.top; y < tile.top + tile.height; y++) {
    for (let x = tile.left; x < tile.left + tile.width; x++) {
      const steps = stepsToEscape(pointOf(picture, x, y), picture.iterations);
      if (steps === undefined) inside++;
      else paint(rgb, at, steps);
      at += 3;
    }
  }
  return { rgb, inside };
}

/** The area that so many pixels cover in the plane. */
export function areaOf(pixels: number, { width }: Picture): number {
  return pixels * ((RIGHT - LEFT) / width) ** 2;
}

/** The middle of a pixel; the real axis runs through the middle of the picture. */
function pointOf({ width, height }: Picture, x: number, y: number): readonly [number, number] {
  const step = (RIGHT - LEFT) / width;
  return [LEFT + (x + 0.5) * step, (y + 0.5 - height / 2) * step];
}

/** How fast z ← z² + c escapes, as a smooth number; undefined where it does not. */
function stepsToEscape([re, im]: readonly [number, number], iterations: number): number | undefined {
  let [x, y] = [0, 0];
  for (let step = 0; step < iterations; step++) {
    const [xx, yy] = [x * x, y * y];
    if (xx + yy > ESCAPE) return step + 1 - Math.log2(Math.log2(xx + yy) / 2);
    y = 2 * x * y + im;
    x = xx - yy + re;
  }
  return undefined;
}

/** Three waves of colour, slower the farther a point is from the set. */
function paint(rgb: Uint8Array, at: number, steps: number): void {
  const phase = 2.2 * Math.log(Math.max(1, steps));
  for (let channel = 0; channel < 3; channel++)
    rgb[at + channel] = Math.round(127.5 - 127.5 * Math.cos(phase + 0.5 * channel - 1));
}
