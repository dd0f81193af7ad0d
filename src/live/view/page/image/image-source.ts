/** What an image panel draws, be it an image or a two-dimensional histogram, whose rows run upwards. */
import type { AxisLabel, BinnedAxis, Region } from '../../panel.ts';
import type { ImageCodes } from '../../wire/image-data.ts';
import type { Histogram2DFrame, ImageFrame } from '../../wire/view-topics.ts';
import type { Size } from './view-transform.ts';

export interface ImageSource {
  readonly codes: ImageCodes;
  readonly size: Size;
  readonly unit: string;
  readonly region: Region | null;
  readonly axes: { readonly x: BinnedAxis; readonly y: BinnedAxis } | undefined;
}

export function imageSource(panel: ImageFrame | Histogram2DFrame): ImageSource {
  const [height, width] = panel.shape;
  const size = { width, height };
  if (panel.kind === 'image')
    return {
      codes: panel.codes,
      size,
      unit: panel.unit ?? '',
      region: panel.region ?? null,
      axes: undefined,
    };
  const { x, y, codes } = panel;
  return { codes: upsideDown(codes, size), size, unit: 'counts', region: null, axes: { x, y } };
}

/** What stands at a place of the image: the readout's text. */
export function placeText({ size, axes }: ImageSource, column: number, row: number): string {
  if (axes === undefined) return `row ${row}, column ${column}`;
  const middle = (axis: BinnedAxis, bin: number, bins: number): number =>
    axis.from + ((axis.to - axis.from) * (bin + 0.5)) / bins;
  const named = (axis: AxisLabel, letter: string, value: number): string =>
    `${axis.label ?? letter} ${value.toPrecision(4)}${axis.unit === undefined ? '' : ` ${axis.unit}`}`;
  const x = named(axes.x, 'x', middle(axes.x, column, size.width));
  return `${x}, ${named(axes.y, 'y', middle(axes.y, size.height - 1 - row, size.height))}`;
}

function upsideDown(codes: ImageCodes, { width, height }: Size): ImageCodes {
  const data = codes.data.slice();
  for (let row = 0; row < height; row += 1)
    data.set(codes.data.subarray(row * width, (row + 1) * width), (height - 1 - row) * width);
  return { ...codes, data };
}
