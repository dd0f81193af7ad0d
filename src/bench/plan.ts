/**
 * What is measured, and how often: the rows of the result in their order. The same rows go to every participant. The
 * iterations are chosen so that a row takes about a tenth of a second; a quick plan has fewer rows and batches, a tiny
 * one only shows that everything runs.
 */
import type { BenchCase } from './bench-case.ts';
import { collectiveRows } from './collective-rows.ts';
import { dynamicRows } from './dynamic-rows.ts';
import { liveRows } from './live-rows.ts';
import { SECTIONS, type Row, type Scale, type Section } from './row.ts';
import { formatBytes, KIB, MIB } from './sizes.ts';

/** Rows that one job measures, one after another. */
export interface Step {
  readonly section: Section;
  readonly ranks: number;
  readonly rows: readonly Row[];
  /** Rounds beyond this many leave the step out: it is slow, and its numbers hardly vary. */
  readonly roundsMax: number;
  /** What the job of one participant may take before the row that it is at is given up as too slow. */
  readonly timeoutMs: number;
}

const WINDOW_MESSAGES = 32;
const WINDOW_BYTES_MAX = 16 * MIB;
const BUDGET_MS = 250;

/** For starting the ranks, and for each row: many times what it is planned to take. */
const START_TIMEOUT_MS = 10_000;
const ROW_TIMEOUT_MS = 5000;
/** Spawns have pauses between them. */
const SPAWN_TIMEOUT_MS = 40_000;

export function planSteps(scale: Scale, sections: readonly Section[]): Step[] {
  const rows = [
    ...latencyRows(scale),
    ...bandwidthRows(scale),
    ...collectiveRows(scale),
    ...dynamicRows(scale),
    ...liveRows(scale),
    ...idleRows(scale),
    ...startUpRows(),
  ];
  const steps: Step[] = [];
  for (const section of SECTIONS) {
    if (!sections.includes(section)) continue;
    const ofSection = rows.filter((row) => row.section === section);
    // A tiny run has few jobs; else one for each kind, so that a slow one holds up no others.
    const split = ['collectives', 'dynamic', 'live'].includes(section) && scale !== 'tiny';
    const jobOf = (row: Row): string => `${row.ranks} ${split ? (row.benchCase?.kind ?? '') : ''}`;
    for (const job of new Set(ofSection.map(jobOf))) {
      const ofJob = ofSection.filter((row) => jobOf(row) === job);
      steps.push({
        section,
        ranks: ofJob[0]?.ranks ?? 0,
        rows: ofJob,
        roundsMax: section === 'idle' ? 2 : Infinity,
        timeoutMs: ofJob.reduce((sum, row) => sum + timeoutOf(row), START_TIMEOUT_MS),
      });
    }
  }
  return steps;
}

const timeoutOf = ({ benchCase }: Row): number =>
  benchCase?.kind === 'spawn' ? SPAWN_TIMEOUT_MS : ROW_TIMEOUT_MS;

function latencyRows(scale: Scale): Row[] {
  const all: [bytes: number, iterations: number, batches: number][] = [
    [0, 2000, 50],
    [8, 2000, 50],
    [64, 2000, 50],
    [KIB, 2000, 50],
    [8 * KIB, 1000, 50],
    [64 * KIB, 200, 50],
    [256 * KIB, 50, 50],
    [MIB, 20, 30],
    [4 * MIB, 5, 20],
  ];
  const quickSizes = [8, KIB, 64 * KIB, MIB];
  const chosen = scale === 'full' ? all : all.filter(([bytes]) => quickSizes.includes(bytes));
  const rows = chosen.map(([bytes, iterations, batches]): Row => ({
    id: `latency-${bytes}`,
    section: 'latency',
    label: formatBytes(bytes),
    ranks: 2,
    metric: 'halfRoundTrip',
    benchCase: scaled(scale, { kind: 'latency', bytes, window: 0, iterations, batches }),
  }));
  return [
    ...rows,
    {
      id: 'object',
      section: 'latency',
      label: 'object',
      ranks: 2,
      metric: 'halfRoundTrip',
      benchCase: scaled(scale, { kind: 'object', bytes: 0, window: 0, iterations: 500, batches: 50 }),
    },
  ];
}

function bandwidthRows(scale: Scale): Row[] {
  const all: [bytes: number, iterations: number, batches: number][] = [
    [4 * KIB, 50, 40],
    [16 * KIB, 20, 40],
    [64 * KIB, 10, 40],
    [256 * KIB, 4, 30],
    [MIB, 2, 30],
    [4 * MIB, 2, 20],
  ];
  const quickSizes = [64 * KIB, MIB];
  const chosen = scale === 'full' ? all : all.filter(([bytes]) => quickSizes.includes(bytes));
  const rows = chosen.map(([bytes, iterations, batches]): Row => {
    const window = Math.min(WINDOW_MESSAGES, WINDOW_BYTES_MAX / bytes);
    return {
      id: `bandwidth-${bytes}`,
      section: 'bandwidth',
      label: `${formatBytes(bytes)} × ${window}`,
      ranks: 2,
      metric: 'bandwidth',
      benchCase: scaled(scale, { kind: 'window', bytes, window, iterations, batches }),
    };
  });
  return [
    ...rows,
    {
      id: 'rate',
      section: 'bandwidth',
      label: '8 B × 64',
      ranks: 2,
      metric: 'rate',
      benchCase: scaled(scale, { kind: 'window', bytes: 8, window: 64, iterations: 100, batches: 50 }),
    },
  ];
}

/** Eight ranks wait; a ninth watches the clock. */
function idleRows(scale: Scale): Row[] {
  const milliseconds = { full: 5000, quick: 1000, tiny: 20 }[scale];
  return [
    {
      id: 'idle-8',
      section: 'idle',
      label: '8 waiting ranks',
      ranks: 9,
      metric: 'processor',
      benchCase: { kind: 'idle', bytes: 0, window: 0, iterations: 1, batches: 1, milliseconds },
    },
  ];
}

function startUpRows(): Row[] {
  return [
    { id: 'start-up-4', section: 'start-up', label: '4 ranks', ranks: 4, metric: 'wall', benchCase: null },
  ];
}

function scaled(scale: Scale, benchCase: Omit<BenchCase, 'milliseconds'>): BenchCase {
  if (scale === 'tiny') return { ...benchCase, iterations: 2, batches: 2, milliseconds: 20 };
  return { ...benchCase, milliseconds: BUDGET_MS };
}
