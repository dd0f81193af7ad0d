/**
 * The panel that the simulation reads out: one 2x1 of a CSPAD, two ASICs of 185 × 194 pixels side by side.
 *
 *            194 columns          194 columns
 *        ┌──────────────────┬┬──────────────────┐
 *        │                  ││                  │      Pixels are 110 µm squares, but the two columns where the
 *    185 │      ASIC 0      ││      ASIC 1      │      ASICs meet (193 and 194) are 2.5 times as wide and
 *        │                  ││                  │      so collect 2.5 times the light.
 *        └──────────────────┴┴──────────────────┘
 *
 * The maps of a run (pedestal, gain, bad pixels) belong to the experiment and the run: a new run, a new dark.
 */
import { Random } from './random.ts';

export interface Asic {
  readonly name: string;
  readonly firstColumn: number;
  readonly columns: number;
}

export const ROWS = 185;
export const COLUMNS = 388;
export const PIXELS: number = ROWS * COLUMNS;
export const ASICS: readonly Asic[] = [
  { name: 'ASIC 0', firstColumn: 0, columns: 194 },
  { name: 'ASIC 1', firstColumn: 194, columns: 194 },
];
/** Size of a pixel in millimetres, and how much wider the two columns in the middle are. */
export const PIXEL_MM = 0.11;
const WIDE_COLUMN_FACTOR = 2.5;
/** What one photon adds to a pixel of nominal gain. */
export const ADU_PER_PHOTON = 23;
export const READ_NOISE_ADU = 4;
/** The converter has 14 bits. */
export const SATURATION_ADU = 16383;

/** Width of the panel in ordinary pixels. */
export const PANEL_WIDTH: number = COLUMNS + 2 * (WIDE_COLUMN_FACTOR - 1);

/** How many times the area of an ordinary pixel a pixel of this column has. */
export function relativeArea(column: number): number {
  return column === 193 || column === 194 ? WIDE_COLUMN_FACTOR : 1;
}

/** Distance of a column's left edge from the left edge of the panel, in ordinary pixels. */
export function columnEdge(column: number): number {
  if (column <= 193) return column;
  return column === 194 ? 193 + WIDE_COLUMN_FACTOR : column + 2 * (WIDE_COLUMN_FACTOR - 1);
}

/** Column that lies at this distance from the left edge, in ordinary pixels; may be off the panel. */
export function columnAt(distance: number): number {
  const wideEnd = 193 + 2 * WIDE_COLUMN_FACTOR;
  if (distance < 193) return Math.floor(distance);
  if (distance >= wideEnd) return Math.floor(distance - 2 * (WIDE_COLUMN_FACTOR - 1));
  return distance < 193 + WIDE_COLUMN_FACTOR ? 193 : 194;
}

/** What a dark run and a flat field tell of each pixel; arrays are row by row. */
export interface PanelMaps {
  /** Mean of the pixel without light, in ADU. */
  readonly pedestal: Float64Array;
  /** Gain over the nominal gain, around 1. */
  readonly gain: Float64Array;
  /** 1 where the pixel measures, 0 where it is dead or hot. */
  readonly mask: Uint8Array;
  /** What a pixel with mask 0 reads in every event. */
  readonly stuckAt: ReadonlyMap<number, number>;
}

const BAD_PIXELS = 60;

/** The maps of one run, the same for everybody who names the same run. */
export function panelMaps(experiment: string, run: number, seed: number): PanelMaps {
  const random = new Random('panel', experiment, run, seed);
  const pedestal = new Float64Array(PIXELS);
  const gain = new Float64Array(PIXELS);
  for (const asic of ASICS) {
    const offset = 1150 + 60 * random.normal();
    for (let column = asic.firstColumn; column < asic.firstColumn + asic.columns; column++) {
      const columnOffset = 9 * random.normal();
      for (let row = 0; row < ROWS; row++) {
        const pixel = row * COLUMNS + column;
        pedestal[pixel] = offset + columnOffset + 0.12 * row + 14 * random.normal();
        gain[pixel] = 1 + 0.03 * random.normal();
      }
    }
  }
  const mask = new Uint8Array(PIXELS).fill(1);
  const stuckAt = new Map<number, number>();
  for (let bad = 0; bad < BAD_PIXELS; bad++) {
    const pixel = random.bits() % PIXELS;
    mask[pixel] = 0;
    stuckAt.set(pixel, bad % 3 === 0 ? SATURATION_ADU : 0);
  }
  return { pedestal, gain, mask, stuckAt };
}
