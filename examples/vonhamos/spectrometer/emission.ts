/**
 * What the sample emits: Kβ of iron as a mixture of Lorentzians, seen in the band of energies that the crystals reflect onto the
 * camera. A spectrum is a probability distribution over that band: whatever changes its shape, as the pump laser does, leaves its
 * integral at 1, so that the difference of two spectra has the integral 0.
 *
 * Energies in eV. Lines of iron metal: G. Hölzer et al., Phys. Rev. A 56, 4554 (1997), Table II.
 */
import type { Random } from '../../psana/detector/random.ts';

export interface EmissionLine {
  readonly energy: number;
  /** Full width at half maximum. */
  readonly fwhm: number;
  /** Relative height of the maximum. */
  readonly height: number;
}

export interface Band {
  readonly from: number;
  readonly to: number;
}

/** The satellite Kβ′ first: the 3p hole is coupled to the unpaired 3d electrons, so that it tells the spin. */
export const IRON_K_BETA: readonly EmissionLine[] = [
  { energy: 7046.9, fwhm: 14.17, height: 107 },
  { energy: 7057.21, fwhm: 3.12, height: 448 },
  { energy: 7058.36, fwhm: 1.97, height: 615 },
  { energy: 7054.75, fwhm: 6.38, height: 141 },
];

/** Share of all photons that the laser moves from the main lines to the satellite … */
const PUMPED_SHARE = 0.06;
/** … and how far it shifts the main lines: low spin becomes high spin. */
const PUMPED_SHIFT = 0.12;

interface Component {
  readonly energy: number;
  readonly halfWidth: number;
  /** Share of the photons in the band. */
  readonly weight: number;
}

export class EmissionSpectrum {
  readonly band: Band;
  readonly #components: readonly Component[];

  private constructor(components: readonly Component[], band: Band) {
    this.#components = components;
    this.band = band;
  }

  /** The lines as they are. */
  static ofLines(lines: readonly EmissionLine[], band: Band): EmissionSpectrum {
    const parts = lines.map(({ energy, fwhm, height }) => {
      const line = { energy, halfWidth: fwhm / 2, weight: 1 };
      return { ...line, weight: height * fwhm * (partBelow(line, band.to) - partBelow(line, band.from)) };
    });
    const total = parts.reduce((sum, { weight }) => sum + weight, 0);
    return new EmissionSpectrum(
      parts.map((part) => ({ ...part, weight: part.weight / total })),
      band,
    );
  }

  /** After the laser: some weight of the lines behind the first is with the first, and they are shifted. */
  pumped(share: number = PUMPED_SHARE, shift: number = PUMPED_SHIFT): EmissionSpectrum {
    const [satellite, ...main] = this.#components;
    if (satellite === undefined) return this;
    const mainWeight = 1 - satellite.weight;
    return new EmissionSpectrum(
      [
        { ...satellite, weight: satellite.weight + share },
        ...main.map(({ energy, halfWidth, weight }) => ({
          energy: energy + shift,
          halfWidth,
          weight: weight * (1 - share / mainWeight),
        })),
      ],
      this.band,
    );
  }

  /** The energy of one photon: a line by its weight, then the inverse of its distribution within the band. */
  draw(random: Random): number {
    let rest = random.uniform();
    let chosen: Component | undefined;
    for (const component of this.#components) {
      chosen = component;
      rest -= component.weight;
      if (rest < 0) break;
    }
    if (chosen === undefined) return NaN;
    const { energy, halfWidth } = chosen;
    const low = Math.atan((this.band.from - energy) / halfWidth);
    const high = Math.atan((this.band.to - energy) / halfWidth);
    return energy + halfWidth * Math.tan(low + random.uniform() * (high - low));
  }

  /** Share of the photons between two energies. */
  share(from: number, to: number): number {
    const { band } = this;
    const [a, b] = [Math.max(from, band.from), Math.min(to, band.to)];
    if (b <= a) return 0;
    return this.#components.reduce((sum, component) => {
      const whole = partBelow(component, band.to) - partBelow(component, band.from);
      return sum + (component.weight * (partBelow(component, b) - partBelow(component, a))) / whole;
    }, 0);
  }
}

const partBelow = ({ energy, halfWidth }: Component, limit: number): number =>
  0.5 + Math.atan((limit - energy) / halfWidth) / Math.PI;
