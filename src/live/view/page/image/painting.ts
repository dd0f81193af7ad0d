/** What is to be painted, for both painters: the graphics processor's and the ordinary one's. */
import type { ImageScale } from '../../panel.ts';
import type { ImageCodes } from '../../wire/image-data.ts';
import type { Ends } from './color-scale.ts';
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

/** Paints the images of all panels, each for an owner. */
export interface Painter {
  /** False where it cannot. */
  paint(owner: object, target: CanvasRenderingContext2D, painting: Painting): boolean;
  /** The owner has gone. */
  forget(owner: object): void;
}

/** Where an image is shown smaller than it is, so many of its pixels are averaged for a pixel of the canvas, along each axis. */
const SAMPLES_MAX = 4;

/** @param zoom pixels of the canvas for each pixel of the image, along one axis */
export function samplesAt(zoom: number): number {
  return Math.min(SAMPLES_MAX, Math.max(1, Math.ceil(1 / zoom - 0.001)));
}
