/**
 * The loop over batches of the collectives: the number of iterations is found by trial, and the slowest rank counts.
 * `bench/peers/calibrated.c` is the same for the C libraries.
 *
 * A trial of one iteration is doubled until it takes an eighth of the case's time, and has four iterations: the first may
 * contain what a library sets up. What that gives fills a batch. Batches for once the case's time are run before those that count. Rank 0 decides and tells the others. Every batch begins
 * with a barrier; its time is from when the first rank begins until the last has ended, by the clock that all processes of
 * a host share: a rank that waits for a processor must not look quick because its own clock starts late. Where a single
 * iteration takes longer than the whole case may, it is the result.
 */
import { MAX, type Intracommunicator } from '../../index.ts';
import type { BenchCase, Breakdown } from '../bench-case.ts';

/** One batch: so many repetitions of a collective, by every rank. */
export type CollectiveBatch = (iterations: number) => void;

export interface Measured {
  /** In each batch. */
  readonly iterations: number;
  readonly seconds: readonly number[];
  readonly breakdown?: Breakdown;
}

const ITERATIONS_OF_TRIAL_MIN = 4;

/** What rank 0 found; undefined at the others. */
export function runCalibrated(
  world: Intracommunicator,
  benchCase: BenchCase,
  batch: CollectiveBatch,
): Measured | undefined {
  const timed = timedBatches(world, batch);
  if (world.rank > 0) {
    while (timed(0) >= 0) continue;
    return undefined;
  }
  const measured = measure(benchCase, timed);
  timed(0);
  return measured;
}

function measure(
  { batches, iterations: most, milliseconds }: BenchCase,
  timed: (iterations: number) => number,
): Measured {
  const budget = milliseconds / 1e3;
  let iterations = 1;
  let limit = performance.now() + milliseconds;
  let trial = timed(1);
  if (trial >= budget) return { iterations, seconds: [trial] };
  while (
    (trial < budget / 8 || iterations < ITERATIONS_OF_TRIAL_MIN) &&
    iterations < most &&
    performance.now() < limit
  ) {
    iterations = Math.min(iterations * 2, most);
    trial = timed(iterations);
  }
  iterations = Math.max(1, Math.floor(iterations * Math.min(1, budget / batches / trial)));
  limit = performance.now() + milliseconds;
  while (performance.now() < limit) timed(iterations);
  limit = performance.now() + milliseconds;
  const seconds: number[] = [];
  const before = process.resourceUsage();
  while (seconds.length === 0 || (seconds.length < batches && performance.now() < limit)) {
    seconds.push(timed(iterations));
  }
  return { iterations, seconds, breakdown: breakdownSince(before, iterations * seconds.length) };
}

function breakdownSince(before: NodeJS.ResourceUsage, iterations: number): Breakdown {
  const after = process.resourceUsage();
  const each = (name: keyof NodeJS.ResourceUsage): number => (after[name] - before[name]) / iterations;
  return {
    user: each('userCPUTime'),
    system: each('systemCPUTime'),
    waits: each('voluntaryContextSwitches'),
    preemptions: each('involuntaryContextSwitches'),
  };
}

/** Seconds of a batch (at rank 0); no iterations end the series, and give a negative number. */
function timedBatches(world: Intracommunicator, batch: CollectiveBatch): (iterations: number) => number {
  const announced = new Int32Array(1);
  const own = new Float64Array(2);
  const latest = new Float64Array(2);
  return (iterations) => {
    announced[0] = iterations;
    world.bcastIntoSync(announced, 0);
    const agreed = announced.at(0) ?? 0;
    if (agreed === 0) return -1;
    world.barrierSync();
    const start = clockSeconds();
    batch(agreed);
    own[0] = -start;
    own[1] = clockSeconds();
    world.reduceIntoSync(own, latest, MAX, 0);
    return world.rank === 0 ? (latest[0] ?? 0) + (latest[1] ?? 0) : 0;
  };
}

/** The system's monotonic clock, the same for all processes. */
const clockSeconds = (): number => Number(process.hrtime.bigint()) / 1e9;
