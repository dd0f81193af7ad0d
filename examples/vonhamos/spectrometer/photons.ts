/**
 * Photons on the camera, one after the other: where each one arrives, and how its charge spreads over the pixels around.
 *
 *     number ~ Poisson(mean × pulse energy)        each crystal makes a stripe of its own: the same spectrum along
 *     energy ~ emission spectrum → row             the rows, a Gaussian focus across the columns; scattered light
 *     focus  ~ Gaussian          → column          is everywhere
 *
 * Numbers of photons in single pixels are then Poisson distributed as well, and independent.
 */
import { Random } from '../../psana/detector/random.ts';
import type { Shot } from './beam.ts';
import { ADU_PER_KEV, CLOUD_SIGMA_PIXELS, COLUMNS, PIXELS, type Region, ROWS } from './camera.ts';
import type { EmissionSpectrum } from './emission.ts';
import type { VonHamos } from './geometry.ts';

/** Columns on which the crystals focus. */
const STRIPES: readonly number[] = [45, 245, 445, 645];
const FOCUS_SIGMA_PIXELS = 3;
/** Where a stripe reaches, to all intents and purposes. */
const STRIPE_REACH_PIXELS = 30;
const SCATTERED_PER_PIXEL = 0.0005;
const SCATTERED_EV = 7058;

const SHARING_STEPS = 256;

export class PhotonCounts {
  /** Photons that arrived in each pixel of the camera. */
  readonly counts: Uint16Array = new Uint16Array(PIXELS);
  /** Their charge in ADU, where it was collected. */
  readonly charge: Float32Array = new Float32Array(PIXELS);
  readonly #seed: number;
  readonly #geometry: VonHamos;
  readonly #perStripe: number;
  readonly #share = sharingTable();

  constructor(seed: number, geometry: VonHamos, perStripe: number) {
    this.#seed = seed;
    this.#geometry = geometry;
    this.#perStripe = perStripe;
  }

  /** All that arrives in the region, in place of what was there: the same whatever the region is. */
  collect({ run, event, pulseEnergy }: Shot, spectrum: EmissionSpectrum, region: Region): void {
    const [firstRow, lastRow] = region.rows;
    this.counts.fill(0, firstRow * COLUMNS, lastRow * COLUMNS);
    this.charge.fill(0, Math.max(0, firstRow - 1) * COLUMNS, (lastRow + 1) * COLUMNS);
    for (const [index, centre] of STRIPES.entries()) {
      if (
        centre + STRIPE_REACH_PIXELS < region.columns[0] ||
        centre - STRIPE_REACH_PIXELS > region.columns[1]
      )
        continue;
      const random = new Random('vonhamos', 'stripe', this.#seed, run, event, index);
      const photons = random.poisson(this.#perStripe * pulseEnergy);
      for (let photon = 0; photon < photons; photon++) {
        const energy = spectrum.draw(random);
        const column = centre + 0.5 + FOCUS_SIGMA_PIXELS * random.normal();
        this.#absorb(this.#geometry.rowAt(energy), column, energy);
      }
    }
    const random = new Random('vonhamos', 'scattered', this.#seed, run, event);
    const scattered = random.poisson(SCATTERED_PER_PIXEL * PIXELS * pulseEnergy);
    for (let photon = 0; photon < scattered; photon++)
      this.#absorb(random.uniform() * ROWS, random.uniform() * COLUMNS, SCATTERED_EV);
  }

  /** The charge cloud is small: it reaches the next pixels at most. */
  #absorb(row: number, column: number, energy: number): void {
    const [r, c] = [Math.floor(row), Math.floor(column)];
    if (r < 0 || r >= ROWS || c < 0 || c >= COLUMNS) return;
    const { counts, charge } = this;
    const pixel = r * COLUMNS + c;
    counts[pixel] = (counts[pixel] ?? 0) + 1;
    const adu = (energy / 1000) * ADU_PER_KEV;
    const [above, below] = this.#outside(row - r);
    const [left, right] = this.#outside(column - c);
    for (let down = -1; down <= 1; down++) {
      if (r + down < 0 || r + down >= ROWS) continue;
      const part = adu * (down < 0 ? above : down > 0 ? below : 1 - above - below);
      const at = pixel + down * COLUMNS;
      charge[at] = (charge[at] ?? 0) + part * (1 - left - right);
      if (c > 0) charge[at - 1] = (charge[at - 1] ?? 0) + part * left;
      if (c < COLUMNS - 1) charge[at + 1] = (charge[at + 1] ?? 0) + part * right;
    }
  }

  /** Shares beyond the lower and the upper edge, at a place from 0 to 1 in the pixel. */
  #outside(place: number): readonly [number, number] {
    const step = Math.floor(place * SHARING_STEPS);
    return [this.#share[step] ?? 0, this.#share[SHARING_STEPS - 1 - step] ?? 0];
  }
}

/** Share of a Gaussian cloud that is below 0 where its centre is at (step + ½) / steps. */
function sharingTable(): Float64Array {
  const table = new Float64Array(SHARING_STEPS);
  for (let step = 0; step < SHARING_STEPS; step++)
    table[step] = normalTail((step + 0.5) / SHARING_STEPS / CLOUD_SIGMA_PIXELS);
  return table;
}

/** The normal distribution above z ≥ 0, by Simpson's rule over nine widths. */
function normalTail(z: number): number {
  const intervals = 200;
  const width = 9 / intervals;
  let sum = 0;
  for (let index = 0; index <= intervals; index++) {
    const weight = index === 0 || index === intervals ? 1 : index % 2 === 1 ? 4 : 2;
    sum += weight * Math.exp(-0.5 * (z + index * width) ** 2);
  }
  return (sum * width) / 3 / Math.sqrt(2 * Math.PI);
}
