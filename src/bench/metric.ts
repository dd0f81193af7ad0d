/**
 * From what a rank program measured to the number that a reader compares: one metric for each kind of row.
 */
import type { CaseRecord } from './bench-case.ts';
import { median } from './statistics.ts';

export interface Metric {
  readonly unit: string;
  readonly better: 'lower' | 'higher';
  /** The number of one round, from what rank 0 printed. */
  value(record: CaseRecord): number;
}

export type MetricName =
  'halfRoundTrip' | 'bandwidth' | 'rate' | 'updates' | 'duration' | 'spawning' | 'processor' | 'wall';

export const METRICS: Readonly<Record<MetricName, Metric>> = {
  halfRoundTrip: {
    unit: 'µs',
    better: 'lower',
    value: (record) => (secondsPerIteration(record) / 2) * 1e6,
  },
  bandwidth: {
    unit: 'GB/s',
    better: 'higher',
    value: (record) => (record.bytes * record.window) / secondsPerIteration(record) / 1e9,
  },
  rate: {
    unit: 'million/s',
    better: 'higher',
    value: (record) => record.window / secondsPerIteration(record) / 1e6,
  },
  updates: {
    unit: 'thousand/s',
    better: 'higher',
    value: (record) => record.window / secondsPerIteration(record) / 1e3,
  },
  duration: {
    unit: 'µs',
    better: 'lower',
    value: (record) => secondsPerIteration(record) * 1e6,
  },
  spawning: {
    unit: 'ms',
    better: 'lower',
    value: (record) => secondsPerIteration(record) * 1e3,
  },
  processor: {
    unit: '% of a core',
    better: 'lower',
    value: (record) => (sum(record.processorSeconds ?? []) / sum(record.seconds)) * 100,
  },
  wall: {
    unit: 'ms',
    better: 'lower',
    value: (record) => sum(record.seconds) * 1e3,
  },
};

function secondsPerIteration(record: CaseRecord): number {
  return median(record.seconds) / record.iterations;
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
