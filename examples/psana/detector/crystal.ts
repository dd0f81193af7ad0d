/**
 * Bragg reflections of one crystal in the beam: the lattice points that a random orientation brings onto the Ewald
 * sphere, and where their rays meet the panel.
 *
 *   A reciprocal lattice point q diffracts where |k0 + q| = |k0| = 1/λ. A real crystal is small and a real beam has a
 *   bandwidth, so that a point near the sphere diffracts in part: partiality = exp(−d²/2σ²), d its distance from the
 *   sphere. The ray k0 + q then meets the detector plane at (x, y) = distance · (kx, ky) / kz.
 *
 * Strengths follow Wilson: |F|² of an acentric reflection is exponentially distributed, falls with resolution by the
 * Debye-Waller factor exp(−B s²/2), and is fixed for each (h, k, l): every frame of a run shows the same molecule.
 */
import { PANEL_WIDTH, PIXEL_MM, ROWS } from './cspad-panel.ts';
import { Random } from './random.ts';

/** Where the panel stands in the beam: lengths in millimetres, wavelength in ångström. */
export interface Geometry {
  readonly wavelength: number;
  readonly distance: number;
  /** The beam's foot on the detector plane, from the panel's top left corner, in ordinary pixels; it may be off the panel. */
  readonly beamRow: number;
  readonly beamColumn: number;
}

/** 9.5 keV on a panel just beside the beam: resolution down to about 3 Å at the far corners. */
export const GEOMETRY: Geometry = { wavelength: 1.305, distance: 76, beamRow: -34, beamColumn: 262 };

/** Where a ray meets the panel, in ordinary pixels from its top left corner; the wide columns count as what they are. */
export interface Spot {
  readonly down: number;
  readonly across: number;
  /** Expected photons in the whole spot, before the pulse energy is known. */
  readonly photons: number;
}

/** Tetragonal lysozyme, P4₃2₁2: the crystal that every beam line knows. Edges in ångström. */
const CELL = { a: 79.1, b: 79.1, c: 37.9 };
const DEBYE_WALLER_B = 22;
/** Half thickness of the sphere in Å⁻¹: bandwidth, crystal size and mosaic spread together. */
const SHELL_SIGMA = 0.00042;
const RESOLUTION_MIN = 0.035;
const RESOLUTION_MAX = 0.36;

/** A crystal's reciprocal lattice, prepared once for a run. */
export class Crystal {
  readonly #geometry: Geometry;
  readonly #count: number;
  readonly #x: Float64Array;
  readonly #y: Float64Array;
  readonly #z: Float64Array;
  readonly #strength: Float64Array;

  constructor(seed: number, geometry: Geometry = GEOMETRY) {
    this.#geometry = geometry;
    const points = latticePoints(seed);
    this.#count = points.length;
    this.#x = Float64Array.from(points, (point) => point[0]);
    this.#y = Float64Array.from(points, (point) => point[1]);
    this.#z = Float64Array.from(points, (point) => point[2]);
    this.#strength = Float64Array.from(points, (point) => point[3]);
  }

  /** The spots of a crystal of this brightness (photons of a mean reflection at s = 0) turned at random. */
  spots(random: Random, brightness: number): Spot[] {
    const [[xx, xy, xz], [yx, yy, yz], [zx, zy, zz]] = randomRotation(random);
    const { wavelength, distance, beamRow, beamColumn } = this.#geometry;
    const radius = 1 / wavelength;
    const spots: Spot[] = [];
    for (let point = 0; point < this.#count; point++) {
      const hx = this.#x[point] ?? 0;
      const hy = this.#y[point] ?? 0;
      const hz = this.#z[point] ?? 0;
      const kz = radius + zx * hx + zy * hy + zz * hz;
      const squared = hx * hx + hy * hy + hz * hz;
      // |k0 + q| to first order about the sphere: enough to turn almost every point away without a square root.
      const offSphere = (squared + 2 * radius * (kz - radius)) / (2 * radius);
      if (Math.abs(offSphere) > 4 * SHELL_SIGMA) continue;
      const kx = xx * hx + xy * hy + xz * hz;
      const ky = yx * hx + yy * hy + yz * hz;
      const down = beamRow + (distance * ky) / kz / PIXEL_MM;
      const across = beamColumn + (distance * kx) / kz / PIXEL_MM;
      if (kz <= 0 || down < 0 || down >= ROWS || across < 0 || across >= PANEL_WIDTH) continue;
      const partiality = Math.exp((-0.5 * offSphere * offSphere) / (SHELL_SIGMA * SHELL_SIGMA));
      const photons = brightness * partiality * (this.#strength[point] ?? 0);
      if (photons > 0.5) spots.push({ down, across, photons });
    }
    return spots;
  }
}

type LatticePoint = readonly [x: number, y: number, z: number, strength: number];

function latticePoints(seed: number): LatticePoint[] {
  const random = new Random('structure factors', seed);
  const points: LatticePoint[] = [];
  const limit = (edge: number): number => Math.floor(RESOLUTION_MAX * edge);
  for (let h = -limit(CELL.a); h <= limit(CELL.a); h++) {
    for (let k = -limit(CELL.b); k <= limit(CELL.b); k++) {
      for (let l = -limit(CELL.c); l <= limit(CELL.c); l++) {
        const x = h / CELL.a;
        const y = k / CELL.b;
        const z = l / CELL.c;
        const s = Math.hypot(x, y, z);
        // Drawn before the cut, so that a reflection keeps its strength when the limits change.
        const wilson = -Math.log(1 - random.uniform());
        if (s < RESOLUTION_MIN || s > RESOLUTION_MAX) continue;
        points.push([x, y, z, wilson * Math.exp(-0.5 * DEBYE_WALLER_B * s * s)]);
      }
    }
  }
  return points;
}

type Row = readonly [number, number, number];

/** Uniform over all orientations, by Shoemake's random unit quaternion. */
function randomRotation(random: Random): readonly [Row, Row, Row] {
  const share = random.uniform();
  const first = 2 * Math.PI * random.uniform();
  const second = 2 * Math.PI * random.uniform();
  const x = Math.sqrt(1 - share) * Math.sin(first);
  const y = Math.sqrt(1 - share) * Math.cos(first);
  const z = Math.sqrt(share) * Math.sin(second);
  const w = Math.sqrt(share) * Math.cos(second);
  return [
    [1 - 2 * (y * y + z * z), 2 * (x * y - z * w), 2 * (x * z + y * w)],
    [2 * (x * y + z * w), 1 - 2 * (x * x + z * z), 2 * (y * z - x * w)],
    [2 * (x * z - y * w), 2 * (y * z + x * w), 1 - 2 * (x * x + y * y)],
  ];
}
