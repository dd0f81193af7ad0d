/** Which part of an image is seen, and how large: the way between pixels of the image and pixels of the canvas. */

export interface Size {
  readonly width: number;
  readonly height: number;
}

export interface ViewTransform {
  /** Column and row at the canvas' upper left corner; fractions are parts of a pixel. */
  readonly left: number;
  readonly top: number;
  /** Pixels of the canvas for each pixel of the image, along x and y. */
  readonly scaleX: number;
  readonly scaleY: number;
}

export interface Point {
  readonly x: number;
  readonly y: number;
}

const ZOOM_MAX = 64;

/** @param isStretched fills the canvas instead of keeping pixels square */
export function fitted(image: Size, canvas: Size, isStretched: boolean = false): ViewTransform {
  const [scaleX, scaleY] = [canvas.width / image.width, canvas.height / image.height];
  if (isStretched) return { left: 0, top: 0, scaleX, scaleY };
  const scale = Math.min(scaleX, scaleY);
  const left = (image.width - canvas.width / scale) / 2;
  const top = (image.height - canvas.height / scale) / 2;
  return { left, top, scaleX: scale, scaleY: scale };
}

export function toImage({ left, top, scaleX, scaleY }: ViewTransform, { x, y }: Point): Point {
  return { x: left + x / scaleX, y: top + y / scaleY };
}

export function toCanvas({ left, top, scaleX, scaleY }: ViewTransform, { x, y }: Point): Point {
  return { x: (x - left) * scaleX, y: (y - top) * scaleY };
}

/** What is under that point of the canvas stays there. Never smaller than it fits. */
export function zoomed(
  view: ViewTransform,
  at: Point,
  factor: number,
  smallest: ViewTransform,
): ViewTransform {
  const wanted = Math.min(
    Math.max(factor, smallest.scaleX / view.scaleX),
    (ZOOM_MAX * Math.max(1, smallest.scaleX)) / view.scaleX,
  );
  const { x, y } = toImage(view, at);
  const scaleX = view.scaleX * wanted;
  const scaleY = view.scaleY * wanted;
  if (scaleX <= smallest.scaleX * 1.0001) return smallest;
  return { left: x - at.x / scaleX, top: y - at.y / scaleY, scaleX, scaleY };
}

/** The middle of the canvas stays over the image. */
export function panned(view: ViewTransform, by: Point, image: Size, canvas: Size): ViewTransform {
  const clamp = (start: number, shown: number, length: number): number =>
    Math.min(length - shown / 2, Math.max(-shown / 2, start));
  return {
    ...view,
    left: clamp(view.left - by.x / view.scaleX, canvas.width / view.scaleX, image.width),
    top: clamp(view.top - by.y / view.scaleY, canvas.height / view.scaleY, image.height),
  };
}
