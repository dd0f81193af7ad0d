/**
 * Geometry of a von Hamos spectrometer: cylindrically bent crystals focus each energy onto one line of the camera, with sample and
 * camera on the axis of the cylinder.
 *
 *            crystals, radius R                 sin θ = hc / (2 d E)
 *            ─────┬─────                        x(E) = 2 R cot θ      along the axis
 *          R ╱  θ │  θ ╲ R                      dx/dE = 2 R E / (E₀ √(E² − E₀²)) with E₀ = hc / 2d
 *     sample ─────┴───── camera
 *            └── x(E) ──┘
 *
 * With Ge(620), R = 500 mm: θ = 79.1° at 7058 eV, 760 µm for each eV, 46 eV across the camera.
 */
const HC_EV_ANGSTROM = 12_398.42;
const GERMANIUM_LATTICE_ANGSTROM = 5.6579;
/** Of the planes (6 2 0): a / √(6² + 2² + 0²). */
export const GERMANIUM_620_ANGSTROM: number = GERMANIUM_LATTICE_ANGSTROM / Math.sqrt(40);

export interface SpectrometerGeometry {
  /** Distance of the crystal's planes. */
  readonly spacingAngstrom: number;
  readonly radiusMm: number;
  readonly pixelMm: number;
  /** Where the camera stands: this energy arrives at this edge of rows. */
  readonly aim: { readonly energy: number; readonly row: number };
}

export class VonHamos {
  readonly #geometry: SpectrometerGeometry;
  /** Below it nothing is reflected: hc / 2d. */
  readonly #lowest: number;
  readonly #aimMm: number;

  constructor(geometry: SpectrometerGeometry) {
    this.#geometry = geometry;
    this.#lowest = HC_EV_ANGSTROM / (2 * geometry.spacingAngstrom);
    this.#aimMm = this.#positionMm(geometry.aim.energy);
  }

  /** In degrees. */
  braggAngle(energy: number): number {
    return (Math.asin(this.#lowest / energy) * 180) / Math.PI;
  }

  /** Pixel r reaches from r to r + 1. */
  rowAt(energy: number): number {
    const { aim, pixelMm } = this.#geometry;
    return aim.row + (this.#positionMm(energy) - this.#aimMm) / pixelMm;
  }

  /** The inverse of `rowAt`. */
  energyAt(row: number): number {
    const { aim, pixelMm, radiusMm } = this.#geometry;
    const cotangent = (this.#aimMm + (row - aim.row) * pixelMm) / (2 * radiusMm);
    return this.#lowest * Math.sqrt(1 + cotangent ** 2);
  }

  #positionMm(energy: number): number {
    return 2 * this.#geometry.radiusMm * Math.sqrt((energy / this.#lowest) ** 2 - 1);
  }
}
