/**
 * The painter of a page: the graphics processor where there is one, else the ordinary one. An address that ends in `?painter=webgl` or
 * `?painter=plain` decides it.
 */
import { GlPainter } from './gl-painter.ts';
import type { Painter, Painting } from './painting.ts';
import { PlainPainter } from './plain-painter.ts';

export class ImagePainter implements Painter {
  readonly #gl: GlPainter | undefined;
  readonly #plain = new PlainPainter();

  /** @param wanted `'webgl'`, `'plain'`, or whatever is faster */
  constructor(wanted: string | null) {
    this.#gl = wanted === 'plain' ? undefined : GlPainter.create(wanted === 'webgl');
  }

  paint(owner: object, target: CanvasRenderingContext2D, painting: Painting): boolean {
    return this.#gl?.paint(owner, target, painting) === true || this.#plain.paint(owner, target, painting);
  }

  forget(owner: object): void {
    this.#gl?.forget(owner);
    this.#plain.forget(owner);
  }
}
