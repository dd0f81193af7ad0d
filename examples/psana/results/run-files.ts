/**
 * The files that a run ends in: its mean image as numbers and as a picture, a picture of the highest value of each pixel, and
 * how often each pixel was a peak, as numbers.
 */
import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { Detector } from '../sources/source.ts';
import type { FrameSum } from './frame-sum.ts';
import { plotImage } from './image-plot.ts';
import { encodeNpy } from './npy-encoding.ts';
import { createValueScale } from './value-scale.ts';

/** So few pixels may be outside the colours' range: the brightest peaks, and the darkest noise. */
const RANGE = { below: 0.002, above: 0.0005 };

/** Writes the files and returns their names. */
export async function writeRun(
  folder: string,
  name: string,
  detector: Detector,
  sum: FrameSum,
): Promise<string[]> {
  const { rows, columns, mask } = detector;
  const mean = sum.mean();
  const picture = (data: Float64Array, what: string): Buffer =>
    plotImage({
      data,
      rows,
      columns,
      mask,
      scale: createValueScale(data, RANGE),
      title: `${name}: ${what} of ${sum.counts.events} frames`,
      unit: 'ADU',
    });
  const files = {
    'mean.npy': encodeNpy(mean, [rows, columns]),
    'peaks.npy': encodeNpy(sum.arrays.peakCounts, [rows, columns]),
    'mean.png': picture(mean, 'mean'),
    'max.png': picture(sum.arrays.max, 'maximum'),
  };
  await mkdir(folder, { recursive: true });
  const names: string[] = [];
  for (const [ending, content] of Object.entries(files)) {
    const file = path.join(folder, `${name}-${ending}`);
    await writeFile(file, content);
    names.push(file);
  }
  return names;
}
