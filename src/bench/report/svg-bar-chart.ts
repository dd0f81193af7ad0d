/**
 * Horizontal bars in panels, one panel for each row of the results, one bar for each participant. Every panel has its own
 * linear scale from zero, and each bar a thin line from the least to the greatest of the rounds; a bar far longer than the
 * others is cut, and says so by a torn end and its number.
 */
import type { ParticipantId } from '../participants/participant.ts';
import { formatNumber } from './number-format.ts';
import { round, svgDocument, textElement } from './svg-theme.ts';

export interface Panel {
  readonly title: string;
  readonly unit: string;
  readonly bars: readonly {
    readonly id: ParticipantId;
    readonly label: string;
    readonly value: number;
    readonly low: number;
    readonly high: number;
  }[];
}

const WIDTH = 760;
const MARGIN = 24;
const LABEL_WIDTH = 100;
const NUMBER_WIDTH = 70;
const BAR_HEIGHT = 13;
const BAR_PITCH = 19;
const PANEL_HEAD = 26;
const PANEL_GAP = 18;
/** A bar longer than this many times the second longest is cut. */
const CUT_FACTOR = 4;

export function renderBarChart(title: string, note: string, panels: readonly Panel[]): string {
  const elements = [
    textElement(MARGIN, 28, title, 'class="text title"'),
    textElement(MARGIN, 48, note, 'class="muted"'),
  ];
  const columnWidth = (WIDTH - 3 * MARGIN) / 2;
  const bottoms = [66, 66];
  for (const panel of panels) {
    const column = (bottoms[0] ?? 0) <= (bottoms[1] ?? 0) ? 0 : 1;
    const top = bottoms[column] ?? 0;
    elements.push(...renderPanel(panel, MARGIN + column * (columnWidth + MARGIN), top, columnWidth));
    bottoms[column] = top + PANEL_HEAD + panel.bars.length * BAR_PITCH + PANEL_GAP;
  }
  return svgDocument(WIDTH, Math.max(...bottoms) + 4, title, elements);
}

function renderPanel(panel: Panel, left: number, top: number, width: number): string[] {
  const start = left + LABEL_WIDTH;
  const room = width - LABEL_WIDTH - NUMBER_WIDTH;
  const longest = scaleEnd(panel.bars.map((bar) => bar.value));
  const elements = [textElement(left, top + 14, `${panel.title}, ${panel.unit}`)];
  panel.bars.forEach((bar, index) => {
    const y = top + PANEL_HEAD + index * BAR_PITCH;
    const isCut = bar.value > longest;
    const length = Math.max(1.5, Math.min(1, bar.value / longest) * room);
    const torn = isCut
      ? `l6 ${BAR_HEIGHT / 4}l-6 ${BAR_HEIGHT / 4}l6 ${BAR_HEIGHT / 4}l-6 ${BAR_HEIGHT / 4}`
      : `v${BAR_HEIGHT}`;
    const whisker = whiskerOf(bar.low, bar.high, longest, room, length);
    elements.push(
      textElement(start - 8, y + 11, bar.label, 'class="muted end"'),
      `<g class="series-${bar.id}"><path class="mark"${opacityOf(bar.id)} d="M${round(start)} ${y}h${round(length)}${torn}h${round(-length)}z"/></g>`,
      `<path class="whisker" d="M${round(start + whisker.start)} ${y + BAR_HEIGHT / 2}H${round(start + whisker.end)}"/>`,
      textElement(start + whisker.end + (isCut ? 10 : 6), y + 11, formatNumber(bar.value)),
    );
  });
  elements.push(
    `<line class="grid" x1="${round(start)}" y1="${top + PANEL_HEAD - 4}" x2="${round(start)}" y2="${top + PANEL_HEAD + panel.bars.length * BAR_PITCH}"/>`,
  );
  return elements;
}

/** From the least to the greatest of the rounds, in the panel's scale and within its room. */
function whiskerOf(
  low: number,
  high: number,
  longest: number,
  room: number,
  length: number,
): { start: number; end: number } {
  const start = Math.min(length, (low / longest) * room);
  return { start, end: Math.max(length, Math.min(1, high / longest) * room) };
}

function scaleEnd(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => b - a);
  const longest = sorted[0] ?? 1;
  const second = sorted[1] ?? longest;
  return second > 0 && longest > CUT_FACTOR * second ? CUT_FACTOR * second : longest || 1;
}

function opacityOf(id: ParticipantId): string {
  return id === 'parley-awaiting' ? ' opacity="0.6"' : '';
}
