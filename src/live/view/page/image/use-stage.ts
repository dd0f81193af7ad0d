/**
 * The surface of an image under the hand: drag pans, the wheel (of a focused panel, or with Ctrl) and two fingers zoom, a double
 * click shows the whole; with the tool for regions, or with Shift, a drag draws one, and a drag inside of one moves it.
 */
import { useLayoutEffect, useRef, useState } from 'preact/hooks';
import type { Region } from '../../panel.ts';
import { movedRegion, regionBetween } from './region-shape.ts';
import {
  fitted,
  panned,
  type Point,
  type Size,
  toImage,
  type ViewTransform,
  zoomed,
} from './view-transform.ts';

export interface StageOptions {
  readonly image: Size;
  readonly canvas: Size;
  readonly isStretched: boolean;
  readonly region: Region | null;
  readonly isDrawing: boolean;
  readonly onRegion: (region: Region) => void;
}

export interface Stage {
  readonly view: ViewTransform;
  readonly isZoomed: boolean;
  /** Under the pointer, in pixels of the image. */
  readonly cursor: Point | undefined;
  /** The region while it is being drawn. */
  readonly draft: Region | undefined;
  readonly zoom: (factor: number, at?: Point) => void;
  readonly pan: (by: Point) => void;
  readonly reset: () => void;
  readonly handlers: Readonly<Record<string, (event: never) => void>>;
}

type Grip =
  | { readonly kind: 'pan' }
  | { readonly kind: 'draw'; readonly start: Point }
  | { readonly kind: 'move'; readonly start: Point; readonly region: Region };

export function useStage(options: StageOptions): Stage {
  const { image, canvas, isStretched, region, isDrawing, onRegion } = options;
  const [own, setOwn] = useState<ViewTransform | undefined>(undefined);
  const [cursor, setCursor] = useState<Point | undefined>(undefined);
  const [draft, setDraft] = useState<Region | undefined>(undefined);
  const grip = useRef<Grip | undefined>(undefined);
  const fingers = useRef(new Map<number, Point>());
  const whole = fitted(image, canvas, isStretched);
  const view = own ?? whole;

  // The middle stays in the middle when the panel gets another size.
  const before = useRef(canvas);
  useLayoutEffect(() => {
    const { width, height } = before.current;
    before.current = canvas;
    setOwn((seen) => {
      if (seen === undefined || seen.scaleX <= whole.scaleX) return undefined;
      const left = seen.left + (width - canvas.width) / (2 * seen.scaleX);
      return { ...seen, left, top: seen.top + (height - canvas.height) / (2 * seen.scaleY) };
    });
  }, [canvas.width, canvas.height]);

  const zoom = (factor: number, at: Point = { x: canvas.width / 2, y: canvas.height / 2 }): void =>
    setOwn((before) => {
      const next = zoomed(before ?? whole, at, factor, whole);
      return next === whole ? undefined : next;
    });
  const pan = (by: Point): void =>
    setOwn((before) => (before === undefined ? before : panned(before, by, image, canvas)));

  const placeOf = (event: MouseEvent): Point => {
    const box = (event.currentTarget as Element).getBoundingClientRect();
    return { x: event.clientX - box.left, y: event.clientY - box.top };
  };

  const onPointerDown = (event: PointerEvent): void => {
    if (event.button !== 0) return;
    (event.currentTarget as Element).setPointerCapture(event.pointerId);
    const place = placeOf(event);
    fingers.current.set(event.pointerId, place);
    const at = toImage(view, place);
    const draws = isDrawing || event.shiftKey;
    if (region !== null && draws && contains(region, at)) grip.current = { kind: 'move', start: at, region };
    else grip.current = draws ? { kind: 'draw', start: at } : { kind: 'pan' };
  };

  const onPointerMove = (event: PointerEvent): void => {
    const place = placeOf(event);
    const at = toImage(view, place);
    setCursor(isInside(at, image) ? at : undefined);
    const before = fingers.current.get(event.pointerId);
    if (before === undefined) return;
    if (fingers.current.size === 2) pinch(fingers.current, event.pointerId, place, zoom);
    else drag(before, place, at);
    fingers.current.set(event.pointerId, place);
  };

  const drag = (before: Point, place: Point, at: Point): void => {
    const held = grip.current;
    if (held?.kind === 'draw') setDraft(regionBetween(held.start, at, image));
    else if (held?.kind === 'move') {
      const by = { x: Math.round(at.x - held.start.x), y: Math.round(at.y - held.start.y) };
      setDraft(movedRegion(held.region, by, image));
    } else pan({ x: place.x - before.x, y: place.y - before.y });
  };

  const release = (event: PointerEvent): void => {
    fingers.current.delete(event.pointerId);
    setDraft(undefined);
    grip.current = undefined;
  };

  const onPointerUp = (event: PointerEvent): void => {
    release(event);
    if (draft !== undefined) onRegion(draft);
  };

  const onWheel = (event: WheelEvent): void => {
    const panel = (event.currentTarget as Element).closest('.panel');
    if (!event.ctrlKey && !event.metaKey && panel?.contains(document.activeElement) !== true) return;
    event.preventDefault();
    zoom(Math.exp(-event.deltaY / 400), placeOf(event));
  };

  return {
    view,
    isZoomed: own !== undefined,
    cursor,
    draft,
    zoom,
    pan,
    reset: () => setOwn(undefined),
    handlers: {
      onPointerDown,
      onPointerMove,
      onPointerUp,
      // The system has taken it for a gesture of its own: nobody has drawn what is there.
      onPointerCancel: release,
      onPointerLeave: () => setCursor(undefined),
      onWheel,
      onDblClick: () => setOwn(undefined),
    },
  };
}

function pinch(
  fingers: ReadonlyMap<number, Point>,
  moved: number,
  place: Point,
  zoom: (factor: number, at: Point) => void,
): void {
  const before = fingers.get(moved);
  const other = [...fingers].find(([id]) => id !== moved)?.[1];
  if (before === undefined || other === undefined) return;
  const distance = (point: Point): number => Math.max(1, Math.hypot(point.x - other.x, point.y - other.y));
  zoom(distance(place) / distance(before), { x: (place.x + other.x) / 2, y: (place.y + other.y) / 2 });
}

const isInside = ({ x, y }: Point, { width, height }: Size): boolean =>
  x >= 0 && y >= 0 && x < width && y < height;

const contains = ({ rows, columns }: Region, { x, y }: Point): boolean =>
  x >= columns[0] && x < columns[1] && y >= rows[0] && y < rows[1];
