/**
 * How much room a panel takes. The grid has columns of at least 400 pixels and low tracks; what shows few lines takes as many
 * tracks as they need, so that little room stays empty.
 */
import type { FramePanel } from '../../wire/view-topics.ts';

export type ShownPanel = Exclude<FramePanel, { kind: 'status' | '$view' | '$alarms' }>;

/** Keep in step with frame.css. */
const TRACK_PIXELS = 88;
const GAP_PIXELS = 12;
const HEAD_PIXELS = 40;
const MEDIUM = 3;
const TALL = 6;

const SIZES: Readonly<Record<ShownPanel['kind'], 'small' | 'medium' | 'wide' | 'tall'>> = {
  image: 'tall',
  histogram2d: 'medium',
  lines: 'medium',
  histogram: 'medium',
  strip: 'medium',
  scatter: 'medium',
  difference: 'tall',
  scalars: 'small',
  controls: 'small',
  clients: 'wide',
  text: 'small',
};

export function sizeOf(panel: ShownPanel): 'small' | 'medium' | 'wide' | 'tall' {
  return panel.size ?? SIZES[panel.kind];
}

export function tracksOf(panel: ShownPanel): number {
  const size = sizeOf(panel);
  if (size === 'tall') return TALL;
  if (size === 'medium') return MEDIUM;
  const pixels = HEAD_PIXELS + contentPixels(panel);
  return Math.min(TALL, Math.max(1, Math.ceil((pixels + GAP_PIXELS) / (TRACK_PIXELS + GAP_PIXELS))));
}

function contentPixels(panel: ShownPanel): number {
  switch (panel.kind) {
    case 'scalars':
      return Math.ceil(panel.values.length / 3) * 64;
    case 'controls':
      return panel.controls.length * 39 + 8;
    case 'clients':
      return 26 + Math.max(3, panel.rows.length) * 27;
    case 'text':
      return Math.ceil(panel.text.length / 60) * 18 + 20;
    default:
      return MEDIUM * TRACK_PIXELS - HEAD_PIXELS;
  }
}

export function isShown(panel: FramePanel): panel is ShownPanel {
  return panel.kind !== 'status' && panel.kind !== '$view' && panel.kind !== '$alarms';
}
