/** One row of the result: what is measured, on how many ranks, and which number of it is shown. */
import type { BenchCase } from './bench-case.ts';
import type { MetricName } from './metric.ts';

export const SECTIONS = [
  'latency',
  'bandwidth',
  'collectives',
  'dynamic',
  'live',
  'idle',
  'start-up',
] as const;
export type Section = (typeof SECTIONS)[number];

/** How much is measured: `full` for results, `quick` while working, `tiny` to see that it runs. */
export type Scale = 'full' | 'quick' | 'tiny';

export interface Row {
  /** Stable name, e.g. `latency-8`. */
  readonly id: string;
  readonly section: Section;
  readonly label: string;
  readonly ranks: number;
  readonly metric: MetricName;
  /** Null for the start-up, where the job itself is timed. */
  readonly benchCase: BenchCase | null;
}
