/**
 * From values to places on the colour bar. The range comes from the values themselves, without their extremes. Between
 * its ends the scale is that of asinh: straight near zero, where the background is, and logarithmic above it, where the peaks are.
 */
export interface ValueScale {
  readonly low: number;
  readonly high: number;
  /** 0 at the low end or below, 1 at the high end or above. */
  place(value: number): number;
  /** Round values to label the bar with, lowest first. */
  ticks(): number[];
}

export interface RangeChoice {
  /** Shares of the pixels that may lie below the range and above it. */
  readonly below: number;
  readonly above: number;
}

const SAMPLE_MAX = 200000;
/** The scale is straight up to this many times the spread of the bulk of the values. */
const STRAIGHT_SPREADS = 3;
const TICK_GAP = 0.085;

export function createValueScale(values: Float64Array, choice: RangeChoice): ValueScale {
  const stride = Math.ceil(values.length / SAMPLE_MAX);
  const sample = values.filter((value, index) => index % stride === 0 && Number.isFinite(value)).sort();
  const at = (share: number): number => sample[Math.round(share * (sample.length - 1))] ?? 0;
  const low = at(choice.below);
  const high = Math.max(at(1 - choice.above), low + 1e-9);
  const middle = at(0.5);
  const spread = Math.max((at(0.84) - at(0.16)) / 2, (high - low) * 1e-6);
  const bend = (value: number): number => Math.asinh((value - middle) / (STRAIGHT_SPREADS * spread));
  const bottom = bend(low);
  const height = bend(high) - bottom;
  const place = (value: number): number => Math.min(1, Math.max(0, (bend(value) - bottom) / height));
  return { low, high, place, ticks: () => roundTicks(low, high, place) };
}

/** Of the round values in the range (1, 2, 5 and their tens), those that have room on the bar. */
function roundTicks(low: number, high: number, place: (value: number) => number): number[] {
  const candidates = new Set<number>([0]);
  const top = Math.ceil(Math.log10(Math.max(Math.abs(low), Math.abs(high), 1e-9)));
  // Rounder values come first, and take the room.
  for (const factor of [1, 5, 2, 3, 7, 1.5]) {
    for (let power = top; power > top - 6; power--) {
      candidates.add(factor * 10 ** power);
      candidates.add(-factor * 10 ** power);
    }
  }
  const ticks: number[] = [];
  for (const value of candidates) {
    if (value < low || value > high) continue;
    if (ticks.every((tick) => Math.abs(place(tick) - place(value)) >= TICK_GAP)) ticks.push(value);
  }
  return ticks.sort((a, b) => a - b);
}
