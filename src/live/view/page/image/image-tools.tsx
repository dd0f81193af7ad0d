/** How an image is coloured: map, scale, range. */
import type { VNode } from 'preact';
import type { ColorMapName, ImageScale } from '../../panel.ts';
import { NumberField } from '../parts/number-field.tsx';
import { Select } from '../parts/select.tsx';
import { COLOR_MAPS } from './color-maps.ts';
import type { Ends } from './color-scale.ts';
import { type ImageSettings, type RangeMode, SCALES } from './image-settings.ts';

interface ImageToolsProps {
  readonly settings: ImageSettings;
  readonly ends: Ends;
  readonly onSettings: (settings: ImageSettings) => void;
}

const RANGES: Readonly<Record<RangeMode, string>> = { auto: 'percentile', full: 'min – max', fixed: 'fixed' };

export function ImageTools({ settings, ends, onSettings }: ImageToolsProps): VNode {
  const change = (part: Partial<ImageSettings>): void => onSettings({ ...settings, ...part });
  return (
    <div class="tool-row" role="toolbar" aria-label="Image">
      <Select
        label="Colour map (c)"
        value={settings.colorMap}
        options={COLOR_MAPS.map((name) => [name, name])}
        onChange={(colorMap: ColorMapName) => change({ colorMap })}
      />
      <Select
        label="Scale (l)"
        value={settings.scale}
        options={SCALES.map((name) => [name, name])}
        onChange={(scale: ImageScale) => change({ scale })}
      />
      <Select
        label="Range"
        value={settings.rangeMode}
        options={Object.entries(RANGES) as [RangeMode, string][]}
        onChange={(rangeMode: RangeMode) => change({ rangeMode, ...(rangeMode === 'fixed' ? { ends } : {}) })}
      />
      {settings.rangeMode === 'auto' && (
        <span class="field-pair">
          <NumberField
            label="Lower percentile"
            value={round(settings.shares[0] * 100)}
            min={0}
            max={49}
            step={0.5}
            onChange={(low) => change({ shares: [low / 100, settings.shares[1]] })}
          />
          <NumberField
            label="Upper percentile"
            value={round(settings.shares[1] * 100)}
            min={51}
            max={100}
            step={0.1}
            onChange={(high) => change({ shares: [settings.shares[0], high / 100] })}
          />
        </span>
      )}
      {settings.rangeMode === 'fixed' && (
        <span class="field-pair">
          <NumberField
            label="From"
            value={settings.ends[0]}
            onChange={(from) => change({ ends: [from, settings.ends[1]] })}
          />
          <NumberField
            label="To"
            value={settings.ends[1]}
            onChange={(to) => change({ ends: [settings.ends[0], to] })}
          />
        </span>
      )}
    </div>
  );
}

const round = (value: number): number => Math.round(value * 1000) / 1000;
