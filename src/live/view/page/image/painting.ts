/** What is to be painted, for both painters: the graphics processor's and the ordinary one's. */
import type { ImageScale } from '../../panel.ts';
import type { ImageCodes } from '../../wire/image-data.ts';
import { type Ends, levelOf, valueOf } from './color-scale.ts';
import type { Size, ViewTransform } from './view-transform.ts';

export interface Painting {
  readonly codes: ImageCodes;
  readonly size: Size;
  readonly view: ViewTransform;
  readonly ends: Ends;
  readonly scale: ImageScale;
  /** Four bytes for each of 256 levels. */
  readonly table: Uint8Array;
  /** Of pixels that are no numbers: red, green, blue. */
  readonly maskColor: readonly [number, number, number];
}

/** With the processor: the pixel under the middle of each pixel of the canvas. */
export function paintPlainly(target: CanvasRenderingContext2D, painting: Painting): void {
  const { codes, size, view, ends, scale, table, maskColor } = painting;
  const { width, height } = target.canvas;
  const picture = target.createImageData(width, height);
  for (let y = 0; y < height; y += 1) {
    const row = Math.floor(view.top + (y + 0.5) / view.scaleY);
    if (row < 0 || row >= size.height) continue;
    for (let x = 0; x < width; x += 1) {
      const column = Math.floor(view.left + (x + 0.5) / view.scaleX);
      if (column < 0 || column >= size.width) continue;
      const level = levelOf(valueOf(codes, row * size.width + column), ends, scale);
      const color = level === undefined ? maskColor : table.subarray(level * 4, level * 4 + 3);
      picture.data.set(color, (y * width + x) * 4);
      picture.data[(y * width + x) * 4 + 3] = 255;
    }
  }
  target.putImageData(picture, 0, 0);
}
