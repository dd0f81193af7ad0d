/** How a person wants an image: starts as the program says. */
import type { ColorMapName, ImageScale } from '../../panel.ts';
import { COLOR_MAPS } from './color-maps.ts';
import type { Ends } from './color-scale.ts';

/** `'auto'`: percentiles of each frame; `'full'`: its smallest and largest value; `'fixed'`: what the person typed. */
export type RangeMode = 'auto' | 'full' | 'fixed';

export interface ImageSettings {
  readonly colorMap: ColorMapName;
  readonly scale: ImageScale;
  readonly rangeMode: RangeMode;
  /** Of the mode `'fixed'`. */
  readonly ends: Ends;
  /** Shares of the pixels below the ends of the mode `'auto'`. */
  readonly shares: Ends;
}

export const SCALES: readonly ImageScale[] = ['linear', 'sqrt', 'log'];

interface Declared {
  readonly colorMap?: ColorMapName;
  readonly scale?: ImageScale;
  readonly range?: Ends;
}

export function initialSettings(
  { colorMap = 'viridis', scale = 'linear', range }: Declared,
  isHistogram: boolean,
): ImageSettings {
  return {
    colorMap,
    scale,
    rangeMode: range !== undefined ? 'fixed' : isHistogram ? 'full' : 'auto',
    ends: range ?? [0, 1],
    shares: [0.01, 0.998],
  };
}

export const nextColorMap = (now: ColorMapName): ColorMapName =>
  COLOR_MAPS[(COLOR_MAPS.indexOf(now) + 1) % COLOR_MAPS.length] ?? 'viridis';

export const nextScale = (now: ImageScale): ImageScale =>
  SCALES[(SCALES.indexOf(now) + 1) % SCALES.length] ?? 'linear';
