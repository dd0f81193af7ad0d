/** The axes of all plots: fine lines, numbers that line up, clock times of 24 hours. */
import type uPlot from 'uplot';
import { formatClock, formatNumber } from '../model/format.ts';

const FONT = '11px system-ui, -apple-system, "Segoe UI", Roboto, sans-serif';
const CHARACTER_WIDTH = 6.4;
/** Decades that are too close together lose their labels. */
const DECADES_LABELLED_MAX = 8;

export function axisOf(
  side: 'x' | 'y',
  label: string,
  styles: CSSStyleDeclaration,
  isTime: boolean = false,
  isLog: boolean = false,
): uPlot.Axis {
  const color = (name: string): string => styles.getPropertyValue(`--${name}`).trim();
  const values: uPlot.Axis.DynamicValues = (_plot, splits) =>
    isTime
      ? splits.map((value) => formatClock(value * 1000))
      : isLog
        ? splits.map((value) => decade(value, splits))
        : tickTexts(splits);
  return {
    scale: side,
    stroke: color('text-faint'),
    font: FONT,
    labelFont: FONT,
    grid: { stroke: color('grid'), width: 1 },
    ticks: { stroke: color('grid'), width: 1, size: 4 },
    border: { show: true, stroke: color('line'), width: 1 },
    gap: 4,
    values,
    ...(label === '' ? {} : { label, labelSize: 18, labelGap: 0 }),
    ...(side === 'x' ? { size: 26, space: isTime ? 76 : 60 } : { size: widthOf, space: 32 }),
  };
}

/** As wide as the longest number, and never narrower than before, so that nothing jumps. */
const widthOf: uPlot.Axis.Size = (plot, values, axisIndex) => {
  const before = (plot.axes[axisIndex] as { _size?: number } | undefined)?._size ?? 0;
  const longest = ((values as string[] | null) ?? []).reduce((most, { length }) => Math.max(most, length), 0);
  return Math.max(34, before, Math.ceil(longest * CHARACTER_WIDTH) + 12);
};

/** All with as many decimals as the steps between them need. */
function tickTexts(splits: readonly number[]): string[] {
  const step = Math.abs((splits[1] ?? 1) - (splits[0] ?? 0)) || 1;
  const largest = splits.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  if (largest >= 1e6 || (largest > 0 && largest < 1e-3))
    return splits.map((value) => (value === 0 ? '0' : formatNumber(value, 2)));
  const decimals = Math.max(0, Math.min(6, -Math.floor(Math.log10(step) + 1e-9)));
  const needed = splits.every(
    (value) => Math.abs(value * 10 ** decimals - Math.round(value * 10 ** decimals)) < 1e-6,
  );
  return splits.map((value) => withMinus(value, needed ? decimals : decimals + 1));
}

const withMinus = (value: number, decimals: number): string => value.toFixed(decimals).replace('-', '\u2212');

/** Only powers of ten are labelled. */
function decade(value: number, splits: readonly (number | null)[]): string {
  const power = Math.log10(value);
  const isWhole = Math.abs(power - Math.round(power)) < 1e-6;
  if (!isWhole) return '';
  const decades = Math.log10((splits.at(-1) ?? 1) / (splits[0] ?? 1));
  if (decades > DECADES_LABELLED_MAX && Math.round(power) % 2 !== 0) return '';
  return formatNumber(value, 1);
}
