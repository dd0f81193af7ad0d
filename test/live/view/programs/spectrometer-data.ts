/**
 * Synthetic data of a spectrometer beside an area detector, from a seed: rings and streaks of photons on 704 × 768 pixels, an
 * emission line that shifts with the laser, pulse energies, clients that come and go. Realistic enough to look at.
 */

export const ROWS = 704;
export const COLUMNS = 768;
export const SPECTRUM_POINTS = 470;

/** Uniform in 0 … 1 (mulberry32). */
export type Random = () => number;

export function seeded(seed: number): Random {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}

export function normal(random: Random): number {
  return Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
}

/** The mean image: powder rings around a beam stop, von Hamos streaks, module gaps as NaN. */
export function meanFrame(): Float32Array {
  const frame = new Float32Array(ROWS * COLUMNS);
  const rings = [95, 160, 228, 300, 372];
  for (let row = 0; row < ROWS; row += 1) {
    for (let column = 0; column < COLUMNS; column += 1) {
      const radius = Math.hypot(row - 372, column - 398);
      let value = 1.5 + 14 * Math.exp(-radius / 130);
      rings.forEach((ring, index) => {
        value += (26 / (index + 1)) * Math.exp(-(((radius - ring) / 4.5) ** 2));
      });
      for (const streak of [118, 588])
        value += 34 * lineShape(row) * Math.exp(-(((column - streak) / 3.2) ** 2));
      if (radius < 30) value = 0.2;
      frame[row * COLUMNS + column] = isGap(row, column) ? Number.NaN : value;
    }
  }
  return frame;
}

/** One shot: counting noise around the mean, a few hot spots, cheap enough for 30 frames a second. */
export function noisyFrame(mean: Float32Array, into: Float32Array, random: Random, gain: number): void {
  // One table of noise, read from another place for each frame.
  const noise = NOISE;
  const start = Math.floor(random() * (noise.length - 1));
  for (let index = 0; index < mean.length; index += 1) {
    const value = (mean[index] as number) * gain;
    into[index] = value + Math.sqrt(value) * (noise[(start + index) % noise.length] as number);
  }
  for (let spot = 0; spot < 12; spot += 1) {
    const place = Math.floor(random() * mean.length);
    for (const step of [0, 1, COLUMNS, COLUMNS + 1])
      if (place + step < into.length) into[place + step] = 120 + 60 * random();
  }
}

const NOISE: Float32Array = Float32Array.from({ length: 100_003 }, seededNormal(7));

function seededNormal(seed: number): () => number {
  const random = seeded(seed);
  return () => normal(random);
}

/** Kβ, its satellite stronger with the laser; x in eV. */
export function emission(energy: number, isOn: boolean): number {
  const lorentz = (centre: number, width: number, height: number): number =>
    height / (1 + ((energy - centre) / (width / 2)) ** 2);
  const weight = isOn ? 0.86 : 1;
  return (
    weight * (lorentz(7057.2, 3.1, 448) + lorentz(7058.4 + (isOn ? -0.35 : 0), 2, 615)) +
    lorentz(7054.8, 6.4, 141) +
    lorentz(7046.9, 14.2, isOn ? 168 : 107) +
    12
  );
}

export function energyAxis(): Float64Array {
  return Float64Array.from({ length: SPECTRUM_POINTS }, (_, index) => 7030 + index * 0.0979);
}

function lineShape(row: number): number {
  return 1 / (1 + ((row - 300) / 36) ** 2) + 0.35 / (1 + ((row - 480) / 80) ** 2);
}

const isGap = (row: number, column: number): boolean =>
  (row >= 350 && row < 354) || (column >= 382 && column < 386);
