/** What the master says to a worker. */
import type { Picture, Tile } from './mandelbrot.ts';

/** A tile to compute; null where there are no more. */
export type Order = { readonly picture: Picture; readonly tile: Tile } | null;
