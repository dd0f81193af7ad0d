/**
 * The spectrum of a region that somebody has drawn on the page: what a client adds up and sends, and the master merges.
 *
 *     var_region_on, var_region_off    photons of each row of the region; empty where nobody has drawn one
 *     small.region                     which region it is, and how many shots are in it
 *
 * An update holds sums of one region alone. So the master takes those of the region that is wanted now, and nothing is mixed up
 * while the clients, one by one, hear of another.
 */
import { Sum } from 'parley/live';
import { isSameRegion, type Region, rowsOf } from '../spectrometer/camera.ts';
import type { Incoming, Outgoing } from './spectrum-sums.ts';

interface RegionSent {
  readonly fromRow: number;
  readonly toRow: number;
  readonly fromColumn: number;
  readonly toColumn: number;
  readonly on: number;
  readonly off: number;
}

const NONE: RegionSent = { fromRow: 0, toRow: 0, fromColumn: 0, toColumn: 0, on: 0, off: 0 };

export class RegionSums {
  /** Rows and columns of the camera. */
  readonly region: Region;
  readonly on: Sum;
  readonly off: Sum;

  constructor(region: Region) {
    this.region = region;
    this.on = new Sum(rowsOf(region));
    this.off = new Sum(rowsOf(region));
  }

  get shots(): number {
    return this.on.count + this.off.count;
  }

  get photons(): number {
    return [this.on, this.off].reduce((sum, { values }) => values.reduce((a, b) => a + b, sum), 0);
  }

  addShot(spectrum: Float64Array, isOn: boolean): void {
    (isOn ? this.on : this.off).add(spectrum);
  }

  /** Puts everything into an update, and begins again. */
  moveInto(md: Outgoing): void {
    const { rows, columns } = this.region;
    md.addArray('var_region_on', this.on.values);
    md.addArray('var_region_off', this.off.values);
    md.small['region'] = {
      fromRow: rows[0],
      toRow: rows[1],
      fromColumn: columns[0],
      toColumn: columns[1],
      on: this.on.count,
      off: this.off.count,
    } satisfies RegionSent;
    this.on.reset();
    this.off.reset();
  }

  /** Takes what is of this region, and leaves the rest. */
  merge(update: Incoming): void {
    if (!isSameRegion(regionOf(update), this.region)) return;
    const { on, off } = update.small['region'] as RegionSent;
    this.on.merge({ count: on, values: update.array('var_region_on', Float64Array) });
    this.off.merge({ count: off, values: update.array('var_region_off', Float64Array) });
  }
}

/** For updates while nobody has drawn a region: every update has the same columns. */
export function moveNoRegionInto(md: Outgoing): void {
  md.addArray('var_region_on', new Float64Array(0));
  md.addArray('var_region_off', new Float64Array(0));
  md.small['region'] = NONE;
}

/** The region of the sums in an update; undefined where it has none. */
export function regionOf({ small }: Pick<Incoming, 'small'>): Region | undefined {
  const { fromRow, toRow, fromColumn, toColumn } = (small['region'] ?? NONE) as RegionSent;
  if (toRow === 0) return undefined;
  return { rows: [fromRow, toRow], columns: [fromColumn, toColumn] };
}
