/**
 * The few statistics that a benchmark of noisy machines needs: medians, and how far the rest lies from them.
 */

/** What the rounds of one row gave for one participant, in the row's unit. */
export interface Summary {
  readonly median: number;
  readonly min: number;
  readonly max: number;
  /** One value for each round, in their order. */
  readonly values: readonly number[];
}

/** The middle value, or the mean of the two middle ones. */
export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const upper = sorted[Math.floor(sorted.length / 2)];
  const lower = sorted[Math.ceil(sorted.length / 2) - 1];
  if (upper === undefined || lower === undefined) {
    throw new RangeError('Cannot take the median of no values: at least one is wanted');
  }
  return (lower + upper) / 2;
}

export function summarize(values: readonly number[]): Summary {
  return { median: median(values), min: Math.min(...values), max: Math.max(...values), values };
}
