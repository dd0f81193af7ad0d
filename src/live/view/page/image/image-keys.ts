/** The keys of a focused image; the overlay of help lists them. */
import type { Region } from '../../panel.ts';
import { type ImageSettings, nextColorMap, nextScale } from './image-settings.ts';
import type { ImageSource } from './image-source.ts';
import { movedRegion } from './region-shape.ts';
import type { Stage } from './use-stage.ts';

export interface KeyTargets {
  readonly settings: ImageSettings;
  readonly setSettings: (settings: ImageSettings) => void;
  readonly stage: Stage;
  readonly region: Region | null;
  readonly source: ImageSource;
  readonly tell: (region: Region | null) => void;
  readonly isDrawing: boolean;
  readonly setDrawing: (isDrawing: boolean) => void;
  readonly canDraw: boolean;
}

const ARROWS: Readonly<Record<string, readonly [number, number]>> = {
  ArrowLeft: [-1, 0],
  ArrowRight: [1, 0],
  ArrowUp: [0, -1],
  ArrowDown: [0, 1],
};

/** What the key does; undefined where it means nothing here. */
export function imageKeys(event: KeyboardEvent, targets: KeyTargets): (() => void) | undefined {
  const { settings, setSettings, stage, region, source, tell } = targets;
  const arrow = ARROWS[event.key];
  if (arrow !== undefined && event.altKey && region !== null) {
    const step = event.shiftKey ? 10 : 1;
    return () => tell(movedRegion(region, { x: arrow[0] * step, y: arrow[1] * step }, source.size));
  }
  if (arrow !== undefined && event.shiftKey) return () => stage.pan({ x: arrow[0] * -40, y: arrow[1] * -40 });
  if (event.altKey || event.ctrlKey || event.metaKey) return undefined;
  switch (event.key) {
    case 'c':
      return () => setSettings({ ...settings, colorMap: nextColorMap(settings.colorMap) });
    case 'l':
      return () => setSettings({ ...settings, scale: nextScale(settings.scale) });
    case 'r':
      return targets.canDraw ? () => targets.setDrawing(!targets.isDrawing) : undefined;
    case '0':
      return stage.reset;
    case '+':
    case '=':
      return () => stage.zoom(1.5);
    case '-':
      return () => stage.zoom(1 / 1.5);
    case 'Delete':
      return region === null ? undefined : () => tell(null);
    default:
      return undefined;
  }
}
