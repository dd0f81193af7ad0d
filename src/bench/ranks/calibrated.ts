/**
 * The loop over batches of the collectives: the number of iterations is found by trial, and the slowest rank counts.
 * `bench/peers/calibrated.c` is the same for the C libraries.
 *
 * First comes the warm-up, which is the trial too: batches of one iteration, then twice as many each time, until one takes an
 * eighth of the case's time and has four iterations. They go on until an iteration has gained no 5 % any more for the case's time
 * for each rank, or until twice that is over: JavaScript is compiled while it runs, every rank by itself, and where ranks share
 * processors they wait for whichever of them is still slow. How many iterations fill a batch is what the median of the last five says, as
 * any one of them may have met something else. Rank 0 decides and tells the others. Every batch begins with a barrier; its time is
 * from when the first rank begins until the last has ended, by the clock that all processes of a host share: a rank that waits for
 * a processor must not look quick because its own clock starts late. Where a single iteration takes longer than the whole case
 * may, it is the result.
 */
import { MAX, type Intracommunicator } from '../../index.ts';
import { median } from '../statistics.ts';
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
/** Of the case's time, for each rank: how long nothing may have been gained, and how long the warm-up may last. */
const SETTLED_BUDGETS = 1;
const WARM_UP_BUDGETS_MAX = 2;
/** What counts as a gain: an iteration that takes less than this part of what the best one took. */
const GAIN = 0.95;
/** By how many of the last trials the iterations of a batch are chosen. */
const LAST_TRIALS = 5;

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
  const measured = measure(benchCase, world.size, timed);
  timed(0);
  return measured;
}

function measure(benchCase: BenchCase, ranks: number, timed: (iterations: number) => number): Measured {
  const { batches, milliseconds } = benchCase;
  const budget = milliseconds / 1e3;
  const first = timed(1);
  if (first >= budget) return { iterations: 1, seconds: [first] };
  const { tried, each } = warmUp(benchCase, ranks, first, timed);
  const iterations = Math.max(1, Math.min(tried, Math.floor(budget / batches / each)));
  const limit = performance.now() + milliseconds;
  const seconds: number[] = [];
  const before = process.resourceUsage();
  while (seconds.length === 0 || (seconds.length < batches && performance.now() < limit)) {
    seconds.push(timed(iterations));
  }
  return { iterations, seconds, breakdown: breakdownSince(before, iterations * seconds.length) };
}

/** The iterations of the last trial, and what one takes: the median of the last few trials. */
function warmUp(
  { iterations: most, milliseconds }: BenchCase,
  ranks: number,
  first: number,
  timed: (iterations: number) => number,
): { tried: number; each: number } {
  const enough = milliseconds / 8e3;
  let iterations = 1;
  let seconds = first;
  let best = first;
  const last = [first];
  let now = performance.now();
  let gainedAt = now;
  const limit = now + WARM_UP_BUDGETS_MAX * ranks * milliseconds;
  while (now < limit && now < gainedAt + SETTLED_BUDGETS * ranks * milliseconds) {
    if (seconds < enough || iterations < ITERATIONS_OF_TRIAL_MIN) iterations = Math.min(iterations * 2, most);
    seconds = timed(iterations);
    now = performance.now();
    const each = seconds / iterations;
    last.push(each);
    if (last.length > LAST_TRIALS) last.shift();
    if (each >= GAIN * best) continue;
    best = each;
    gainedAt = now;
  }
  return { tried: iterations, each: median(last) };
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
