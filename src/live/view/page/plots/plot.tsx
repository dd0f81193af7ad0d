/**
 * One plot: uPlot for lines and axes, our own legend, colours of the theme. Data are set in place; the plot is made anew only
 * where its shape changes (other series, another scale, another theme). A zoomed range of x stays while data come.
 */
import type { VNode } from 'preact';
import { useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks';
import uPlot from 'uplot';
import { formatNumber } from '../model/format.ts';
import { useTheme } from '../model/page-context.ts';
import type { Theme } from '../model/theme.ts';
import { axisOf } from './axes.ts';

export interface PlotSeries {
  readonly label: string;
  /** Number of a colour of the palette, from 0; undefined for helpers that are neither drawn nor listed. */
  readonly color?: number;
  readonly options?: (color: string) => Partial<uPlot.Series>;
}

export interface PlotDescription {
  readonly data: uPlot.AlignedData;
  readonly series: readonly PlotSeries[];
  readonly xLabel: string;
  readonly yLabel: string;
  readonly isTime?: boolean;
  readonly yScale?: 'linear' | 'log';
  readonly yRange?: uPlot.Range.Function;
  readonly bands?: (color: (index: number) => string) => uPlot.Band[];
  readonly hooks?: uPlot.Hooks.Arrays;
  /** Plots of one key share their cursor. */
  readonly syncKey?: string;
  /** For whoever cannot see it. */
  readonly description: string;
}

export function Plot(props: PlotDescription): VNode {
  const theme = useTheme();
  const host = useRef<HTMLDivElement>(null);
  const plot = useRef<uPlot | undefined>(undefined);
  const latest = useRef(props);
  latest.current = props;
  const [hidden, setHidden] = useState<ReadonlySet<string>>(new Set());
  const [cursor, setCursor] = useState<number | undefined>(undefined);
  const shape = JSON.stringify([
    theme,
    props.series.map(({ label }) => label),
    props.yScale,
    props.xLabel,
    props.yLabel,
  ]);

  useLayoutEffect(() => {
    const element = host.current;
    if (element === null) return undefined;
    const made = create(element, () => latest.current, theme, setCursor);
    plot.current = made;
    const observer = new ResizeObserver(() => made.setSize(sizeOf(element)));
    observer.observe(element);
    return () => {
      observer.disconnect();
      made.destroy();
      plot.current = undefined;
    };
  }, [shape]);

  useLayoutEffect(() => plot.current?.setData(props.data), [props.data, shape]);

  useEffect(() => {
    props.series.forEach(({ label, color }, index) => {
      if (color !== undefined && plot.current?.series[index + 1]?.show === hidden.has(label))
        plot.current.setSeries(index + 1, { show: !hidden.has(label) });
    });
  }, [hidden, shape]);

  const toggle = (label: string): void => {
    const next = new Set(hidden);
    if (!next.delete(label)) next.add(label);
    setHidden(next);
  };
  return (
    <div class="plot">
      <Legend series={props.series} data={props.data} cursor={cursor} hidden={hidden} onToggle={toggle} />
      <div class="plot-area" ref={host} role="img" aria-label={props.description} />
    </div>
  );
}

interface LegendProps {
  readonly series: readonly PlotSeries[];
  readonly data: uPlot.AlignedData;
  readonly cursor: number | undefined;
  readonly hidden: ReadonlySet<string>;
  readonly onToggle: (label: string) => void;
}

/** The values at the cursor, else the last ones; each name switches its line. */
function Legend({ series, data, cursor, hidden, onToggle }: LegendProps): VNode {
  return (
    <div class="legend">
      {series.map(({ label, color }, index) => {
        if (color === undefined) return null;
        const values = data[index + 1] ?? [];
        const value = values[cursor ?? values.length - 1];
        return (
          <button
            key={label}
            type="button"
            class="legend-item"
            aria-pressed={!hidden.has(label)}
            title={`Show or hide ${label}`}
            onClick={() => onToggle(label)}
          >
            <i class={`swatch series-${color % 8}`} />
            <span class="legend-label">{label}</span>
            <span class="legend-value">{formatNumber(value ?? Number.NaN)}</span>
          </button>
        );
      })}
      <span class="legend-cursor">
        {cursor === undefined ? '' : formatNumber(data[0][cursor] ?? Number.NaN, 6)}
      </span>
    </div>
  );
}

function create(
  element: HTMLElement,
  current: () => PlotDescription,
  theme: Theme,
  onCursor: (index: number | undefined) => void,
): uPlot {
  const {
    series,
    xLabel,
    yLabel,
    isTime = false,
    yScale,
    yRange,
    bands,
    hooks = {},
    syncKey,
    data,
  } = current();
  const styles = getComputedStyle(document.documentElement);
  const color = (index: number): string => styles.getPropertyValue(`--series-${index % 8}`).trim();
  let isZoomed = false;
  const isLog = yScale === 'log';
  const options: uPlot.Options = {
    ...sizeOf(element),
    series: [
      {},
      ...series.map(({ label, color: index, options: more }) => ({
        label,
        width: 1.5,
        points: { show: false },
        ...(index === undefined ? { stroke: 'transparent', width: 0 } : { stroke: color(index) }),
        ...more?.(color(index ?? 0)),
      })),
    ],
    scales: {
      x: { time: isTime, auto: () => !isZoomed },
      y: isLog ? logScale() : { range: yRange ?? paddedRange },
    },
    axes: [axisOf('x', xLabel, styles, isTime), axisOf('y', yLabel, styles, false, isLog)],
    legend: { show: false },
    cursor: {
      y: false,
      points: { size: 7, width: 1.5 },
      drag: { x: true, y: false, setScale: true },
      ...(syncKey === undefined ? {} : { sync: { key: syncKey } }),
    },
    padding: [8, 12, 0, 0],
    ...(bands === undefined ? {} : { bands: bands(color) }),
    hooks: {
      ...hooks,
      setCursor: [({ cursor }) => onCursor(cursor.idx ?? undefined)],
      setSelect: [
        ({ select }) => {
          isZoomed = select.width > 0;
        },
      ],
      ready: [
        ({ over }) => {
          over.addEventListener('dblclick', () => {
            isZoomed = false;
          });
        },
        ...(hooks.ready ?? []),
      ],
    },
  };
  element.dataset['theme'] = theme;
  return new uPlot(options, data, element);
}

/** The number of logarithms; uPlot's types name it in an enum that has no value at run time. */
function logScale(): object {
  return { distr: 3, range: logRange };
}

/** Whole decades, one at least. */
function logRange(_plot: uPlot, min: number | null, max: number | null): uPlot.Range.MinMax {
  const top = max === null || max <= 0 ? 10 : max;
  const bottom = min === null || min <= 0 ? top / 1000 : min;
  return [10 ** Math.floor(Math.log10(bottom)), 10 ** Math.ceil(Math.log10(top * 1.05))];
}

function paddedRange(_plot: uPlot, min: number | null, max: number | null): uPlot.Range.MinMax {
  if (min === null || max === null) return [0, 1];
  if (min === max) return [min - Math.max(1, Math.abs(min)) * 0.5, max + Math.max(1, Math.abs(max)) * 0.5];
  const pad = (max - min) * 0.06;
  return [min >= 0 && min <= pad * 3 ? 0 : min - pad, max + pad];
}

function sizeOf(element: HTMLElement): { readonly width: number; readonly height: number } {
  return { width: Math.max(80, element.clientWidth), height: Math.max(60, element.clientHeight) };
}
