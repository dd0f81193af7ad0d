/**
 * An ePix100 camera: 704 × 768 pixels of 50 µm, four ASICs, each read out in four banks. Whatever a bank adds to all of its pixels
 * in one event is its common mode.
 *
 *     columns 0       96      192     288     384  …  767
 *     rows 0  ┌───────┬───────┬───────┬───────┬──
 *             │ bank 0│ bank 1│ bank 2│ bank 3│      352 rows × 96 columns each
 *         352 ├───────┼───────┼───────┼───────┼──
 *             │ bank 8│ bank 9│  …
 *         703 └───────┴───────┴──
 *
 * Pedestal and gain differ from pixel to pixel, as a function of the seed.
 */
import { Random } from '../../psana/detector/random.ts';

export const ROWS = 704;
export const COLUMNS = 768;
export const PIXELS: number = ROWS * COLUMNS;
export const PIXEL_MM = 0.05;
const BANK_ROWS = 352;
const BANK_COLUMNS = 96;
const BANKS_ACROSS: number = COLUMNS / BANK_COLUMNS;
export const BANKS: number = BANKS_ACROSS * (ROWS / BANK_ROWS);

export const ADU_PER_KEV = 16;
export const READ_NOISE_ADU = 3;
export const COMMON_MODE_ADU = 5;
/** 14 bits. */
export const SATURATION_ADU = 16_383;
/** Width of a photon's charge cloud over that of a pixel: 9 µm of 50 µm. */
export const CLOUD_SIGMA_PIXELS = 0.18;

const PEDESTAL_ADU = 2200;
const PEDESTAL_BANK_SPREAD_ADU = 80;
const PEDESTAL_PIXEL_SPREAD_ADU = 25;
const GAIN_SPREAD = 0.02;

/** Half-open ranges, as a slice. */
export interface Region {
  readonly rows: readonly [from: number, to: number];
  readonly columns: readonly [from: number, to: number];
}

/** The part of the camera that is always analysed: what the first crystal reflects. */
export const REGION: Region = { rows: [10, 480], columns: [20, 70] };
export const WHOLE_CAMERA: Region = { rows: [0, ROWS], columns: [0, COLUMNS] };

export const rowsOf = ({ rows: [from, to] }: Region): number => to - from;
export const columnsOf = ({ columns: [from, to] }: Region): number => to - from;

/** What the two have in common; undefined where that is nothing. */
export function common(one: Region, other: Region): Region | undefined {
  const span = ([a, b]: Region['rows'], [c, d]: Region['rows']) => [Math.max(a, c), Math.min(b, d)] as const;
  const region = { rows: span(one.rows, other.rows), columns: span(one.columns, other.columns) };
  return rowsOf(region) > 0 && columnsOf(region) > 0 ? region : undefined;
}

export const isSameRegion = (one: Region | undefined, other: Region | undefined): boolean =>
  one === undefined || other === undefined
    ? one === other
    : [...one.rows, ...one.columns].join() === [...other.rows, ...other.columns].join();

/** Seen from the first pixel of a region; or, with -1, back from there. */
export function movedBy({ rows, columns }: Region, origin: Region, sign: 1 | -1 = 1): Region {
  const [down, across] = [sign * origin.rows[0], sign * origin.columns[0]];
  return {
    rows: [rows[0] + down, rows[1] + down],
    columns: [columns[0] + across, columns[1] + across],
  };
}

export const bankAt = (row: number, column: number): number =>
  Math.floor(row / BANK_ROWS) * BANKS_ACROSS + Math.floor(column / BANK_COLUMNS);

/** Pixels of the camera that are in the region, row by row. */
export function pixelsOf(region: Region): Int32Array {
  const pixels = new Int32Array(rowsOf(region) * columnsOf(region));
  let index = 0;
  for (let row = region.rows[0]; row < region.rows[1]; row++)
    for (let column = region.columns[0]; column < region.columns[1]; column++)
      pixels[index++] = row * COLUMNS + column;
  return pixels;
}

export interface CameraMaps {
  /** ADU of each pixel in the dark. */
  readonly pedestal: Float32Array;
  /** 1 on average. */
  readonly gain: Float32Array;
}

export function cameraMaps(seed: number): CameraMaps {
  const random = new Random('vonhamos', 'camera', seed);
  const banks = Array.from(
    { length: BANKS },
    () => PEDESTAL_ADU + PEDESTAL_BANK_SPREAD_ADU * random.normal(),
  );
  const pedestal = new Float32Array(PIXELS);
  const gain = new Float32Array(PIXELS);
  for (let pixel = 0; pixel < PIXELS; pixel++) {
    const bank = banks[bankAt(Math.floor(pixel / COLUMNS), pixel % COLUMNS)] ?? PEDESTAL_ADU;
    pedestal[pixel] = bank + PEDESTAL_PIXEL_SPREAD_ADU * random.normal();
    gain[pixel] = 1 + GAIN_SPREAD * random.normal();
  }
  return { pedestal, gain };
}
