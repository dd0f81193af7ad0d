/**
 * A line chart with two logarithmic axes: message size across (powers of two), the measured number up (powers of ten). The
 * legend stands to the right, in the order of the lines' right ends, so that eye and line meet.
 */
import type { ParticipantId } from '../participants/participant.ts';
import { formatBytes } from '../sizes.ts';
import { formatNumber } from './number-format.ts';
import { round, svgDocument, textElement } from './svg-theme.ts';

export interface Series {
  readonly id: ParticipantId;
  readonly label: string;
  /** From left to right; both greater than 0. */
  readonly points: readonly { readonly x: number; readonly y: number }[];
}

export interface LineChart {
  readonly title: string;
  readonly note: string;
  readonly xLabel: string;
  readonly yLabel: string;
  readonly series: readonly Series[];
}

const WIDTH = 760;
const HEIGHT = 440;
const PLOT = { left: 70, top: 62, right: 590, bottom: 376 };

interface Axes {
  x(value: number): number;
  y(value: number): number;
}

export function renderLineChart(chart: LineChart): string {
  const points = chart.series.flatMap((series) => series.points);
  const xs = [...new Set(points.map((point) => point.x))].toSorted((a, b) => a - b);
  const [low, high] = decadesAround(points.map((point) => point.y));
  const axes: Axes = {
    x: scale(Math.log2(xs[0] ?? 1), Math.log2(xs.at(-1) ?? 2), PLOT.left + 14, PLOT.right - 14, Math.log2),
    y: scale(low, high, PLOT.bottom, PLOT.top, Math.log10),
  };
  return svgDocument(WIDTH, HEIGHT, chart.title, [
    textElement(PLOT.left, 26, chart.title, 'class="text title"'),
    textElement(PLOT.left, 46, chart.note, 'class="muted"'),
    ...renderXAxis(xs, axes, chart.xLabel),
    ...renderYAxis(low, high, axes, chart.yLabel),
    ...chart.series.map((series) => renderSeries(series, axes)),
    ...renderLegend(chart.series, axes),
  ]);
}

function scale(
  from: number,
  to: number,
  start: number,
  end: number,
  logarithm: (value: number) => number,
): (value: number) => number {
  const span = to - from || 1;
  return (value) => start + ((logarithm(value) - from) / span) * (end - start);
}

/** The exponents of the axis' ends: to whole thirds of a decade, so that 1, 2 and 5 times a power of ten bound it. */
function decadesAround(values: readonly number[]): [low: number, high: number] {
  const steps = Math.log10(2);
  const low = Math.floor(Math.log10(Math.min(...values)) / steps) * steps;
  const high = Math.ceil(Math.log10(Math.max(...values)) / steps) * steps;
  return [low, high > low ? high : low + 1];
}

function renderXAxis(xs: readonly number[], axes: Axes, label: string): string[] {
  const ticks = xs.flatMap((x) => {
    const at = round(axes.x(x));
    return [
      `<line class="grid" x1="${at}" y1="${PLOT.top}" x2="${at}" y2="${PLOT.bottom}"/>`,
      textElement(at, PLOT.bottom + 18, formatBytes(x), 'class="muted middle"'),
    ];
  });
  return [
    ...ticks,
    textElement((PLOT.left + PLOT.right) / 2, PLOT.bottom + 42, label, 'class="text middle"'),
  ];
}

function renderYAxis(low: number, high: number, axes: Axes, label: string): string[] {
  const elements: string[] = [];
  for (let exponent = Math.floor(low); exponent <= Math.ceil(high); exponent++) {
    for (let factor = 1; factor < 10; factor++) {
      const value = factor * 10 ** exponent;
      if (Math.log10(value) < low - 1e-9 || Math.log10(value) > high + 1e-9) continue;
      const at = round(axes.y(value));
      const faint = factor === 1 ? '' : ' opacity="0.45"';
      elements.push(
        `<line class="grid"${faint} x1="${PLOT.left}" y1="${at}" x2="${PLOT.right}" y2="${at}"/>`,
      );
      const labelled = factor === 1 || ((factor === 2 || factor === 5) && high - low < 3.2);
      if (labelled) elements.push(textElement(PLOT.left - 8, at + 4, tickText(value), 'class="muted end"'));
    }
  }
  const middle = (PLOT.top + PLOT.bottom) / 2;
  elements.push(
    textElement(18, middle, label, `class="text middle" transform="rotate(-90 18 ${round(middle)})"`),
  );
  return elements;
}

function tickText(value: number): string {
  return value >= 1000 ? formatNumber(value) : String(Number(value.toPrecision(1)));
}

function renderSeries(series: Series, axes: Axes): string {
  const places = series.points.map(({ x, y }) => `${round(axes.x(x))} ${round(axes.y(y))}`);
  const marks = series.points.map(({ x, y }) => mark(series.id, round(axes.x(x)), round(axes.y(y))));
  return `<g class="series-${series.id}"><path class="${lineClass(series.id)}" d="M${places.join('L')}"/>${marks.join('')}</g>`;
}

function lineClass(id: ParticipantId): string {
  if (id === 'parley') return 'line own';
  return id === 'parley-awaiting' ? 'line own dashed' : 'line';
}

/** A mark of the participant's own form, for those who cannot go by the colour. */
function mark(id: ParticipantId, x: number, y: number): string {
  switch (id) {
    case 'parley':
      return `<circle class="mark" cx="${x}" cy="${y}" r="4"/>`;
    case 'parley-awaiting':
      return `<circle class="hollow paper" cx="${x}" cy="${y}" r="4"/>`;
    case 'open-mpi':
      return `<rect class="mark" x="${x - 3.5}" y="${y - 3.5}" width="7" height="7"/>`;
    case 'mpich':
      return `<path class="mark" d="M${x} ${y - 5}l5 9h-10z"/>`;
    case 'lam':
      return `<path class="mark" d="M${x} ${y - 5}l5 5l-5 5l-5 -5z"/>`;
    default:
      return `<path class="hollow" d="M${x - 4} ${y - 4}l8 8m0 -8l-8 8"/>`;
  }
}

function renderLegend(series: readonly Series[], axes: Axes): string[] {
  const atRightEnd = (one: Series): number => axes.y(one.points.at(-1)?.y ?? 1);
  const sorted = series.toSorted((a, b) => atRightEnd(a) - atRightEnd(b));
  let lowest = -Infinity;
  const places = sorted.map((one) => (lowest = Math.max(atRightEnd(one), lowest + 20)));
  const overflow = Math.max(0, (places.at(-1) ?? 0) - PLOT.bottom);
  return sorted.map((one, index) => {
    const y = round((places[index] ?? 0) - overflow);
    const x = PLOT.right + 14;
    return `<g class="series-${one.id}"><path class="${lineClass(one.id)}" d="M${x} ${y}h26"/>${mark(one.id, x + 13, y)}</g>${textElement(x + 34, y + 4, one.label)}`;
  });
}
