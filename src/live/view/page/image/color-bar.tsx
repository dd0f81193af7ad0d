/** The colour map from its lower to its upper end, with the values that stand there. */
import type { VNode } from 'preact';
import { useLayoutEffect, useRef } from 'preact/hooks';
import type { ImageScale } from '../../panel.ts';
import { formatNumber } from '../model/format.ts';
import { LEVELS } from './color-maps.ts';
import { type Ends, valueAt } from './color-scale.ts';

interface ColorBarProps {
  readonly table: Uint8Array;
  readonly ends: Ends;
  readonly scale: ImageScale;
  readonly unit: string;
}

const MARKS = [1, 0.75, 0.5, 0.25, 0];

export function ColorBar({ table, ends, scale, unit }: ColorBarProps): VNode {
  const canvas = useRef<HTMLCanvasElement>(null);
  useLayoutEffect(() => {
    const context = canvas.current?.getContext('2d');
    if (context === null || context === undefined) return;
    const picture = context.createImageData(1, LEVELS);
    for (let level = 0; level < LEVELS; level += 1)
      picture.data.set(table.subarray(level * 4, level * 4 + 4), (LEVELS - 1 - level) * 4);
    context.putImageData(picture, 0, 0);
  }, [table]);
  return (
    <div
      class="color-bar"
      role="img"
      aria-label={`Colours from ${formatNumber(ends[0])} to ${formatNumber(ends[1])} ${unit}`}
    >
      <canvas ref={canvas} width={1} height={LEVELS} />
      <ol>
        {MARKS.map((mark) => (
          <li key={mark}>{formatNumber(valueAt(mark, ends, scale), 3)}</li>
        ))}
      </ol>
    </div>
  );
}
