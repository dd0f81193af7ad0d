/**
 * The tuning of the algorithm table: each algorithm of each verb is forced on a job of our ranks, measured at all sizes,
 * and the best ones make the new table. One run alternates: in each round the algorithms of a verb follow one another;
 * the median of the rounds counts.
 *
 * An algorithm that fails in half of the rounds, or does not end in its time, is out of the choice from that size on; the
 * tuning says so.
 */
import { ALGORITHM_TABLE } from '../../collectives/tuning/algorithm-table.ts';
import { ALGORITHM_VARIABLE } from '../../collectives/tuning/forced-algorithms.ts';
import { encodeCase, parseRecords } from '../bench-case.ts';
import { ownCommand } from '../participants/parley.ts';
import { OverstayError, runJob } from '../run-job.ts';
import { KIB, MIB } from '../sizes.ts';
import { median } from '../statistics.ts';
import { bestRows, type TimesAtRanks } from './best-algorithms.ts';
import type { TableRows } from './table-file.ts';
import { type TunedVerb, tunedVerbs } from './tuned-verbs.ts';

export interface TuneOptions {
  readonly scale: 'full' | 'quick' | 'tiny';
  readonly rounds: number;
  /** These alone; by default all that can be tuned. */
  readonly verbs?: readonly string[];
  readonly signal?: AbortSignal | undefined;
  readonly onProgress: (text: string) => void;
}

export interface Tuning {
  /** Verbs that are not measured have their old rows. */
  readonly table: TableRows;
  readonly measured: readonly { readonly verb: string; readonly times: readonly TimesAtRanks[] }[];
  /** One line for each algorithm that failed somewhere. */
  readonly failures: readonly string[];
  readonly sizes: readonly number[];
  readonly ranks: readonly number[];
}

interface Extent {
  readonly ranks: readonly number[];
  readonly sizes: readonly number[];
  readonly batches: number;
  readonly milliseconds: number;
}

/** From 8 B on, each so many times the one before. */
const sizes = (count: number, factor: number): number[] =>
  Array.from({ length: count }, (_, index) => 8 * factor ** index);

const EXTENTS: Readonly<Record<TuneOptions['scale'], Extent>> = {
  full: { ranks: [2, 3, 4, 8], sizes: [...sizes(7, 8), 8 * MIB], batches: 10, milliseconds: 50 },
  quick: { ranks: [2, 4], sizes: sizes(6, 16), batches: 5, milliseconds: 40 },
  tiny: { ranks: [2], sizes: [8, 64 * KIB], batches: 2, milliseconds: 4 },
};

const ITERATIONS_MAX = 100_000;
/** A job begins with its first size once more, for so many times as long and uncounted: it would be measured with code that is not compiled. */
const WARM_UPS = 5;
const START_TIMEOUT_MS = 10_000;
const SIZE_TIMEOUT_MS = 5000;

export async function tuneAlgorithms(options: TuneOptions): Promise<Tuning> {
  const { scale, rounds, onProgress } = options;
  const extent = EXTENTS[scale];
  const verbs = tunedVerbs().filter(({ verb }) => options.verbs?.includes(verb) ?? true);
  const samples = new Map<string, number[]>();
  const failures = new Map<string, string>();
  const overstayed = new Set<string>();
  for (let round = 1; round <= rounds; round++) {
    for (const subject of subjectsOf(verbs, extent)) {
      if (overstayed.has(subject.name)) continue;
      onProgress(`round ${round} of ${rounds}: ${subject.name}`);
      const { seconds, failure, tooSlow } = await measureAlgorithm(subject, extent, options.signal);
      subject.tuned.sizes(extent.sizes).forEach((bytes, index) => {
        const key = `${subject.name} ${bytes}`;
        samples.set(key, [...(samples.get(key) ?? []), seconds[index] ?? Infinity]);
      });
      if (failure !== undefined) failures.set(subject.name, failure);
      if (tooSlow) overstayed.add(subject.name);
    }
  }
  const measured = verbs.map((tuned) => ({ verb: tuned.verb, times: timesOf(tuned, extent, samples) }));
  const rows = measured.map(({ verb, times }) => [verb, bestRows(times, ALGORITHM_TABLE[verb])] as const);
  return {
    table: { ...ALGORITHM_TABLE, ...Object.fromEntries(rows) },
    measured,
    failures: [...failures].map(([subject, message]) => `${subject}: ${message}`),
    sizes: extent.sizes,
    ranks: extent.ranks,
  };
}

/** What one job measures, at all sizes. */
interface Subject {
  readonly name: string;
  readonly tuned: TunedVerb;
  readonly algorithm: string;
  readonly ranks: number;
}

function subjectsOf(verbs: readonly TunedVerb[], extent: Extent): Subject[] {
  return extent.ranks.flatMap((ranks) =>
    verbs.flatMap((tuned) =>
      tuned.algorithms.map((algorithm) => ({
        name: nameOf(tuned, algorithm, ranks),
        tuned,
        algorithm,
        ranks,
      })),
    ),
  );
}

const nameOf = ({ verb }: TunedVerb, algorithm: string, ranks: number): string =>
  `${verb}=${algorithm} on ${ranks} ranks`;

/** Seconds of one operation at each size, as far as it came. */
async function measureAlgorithm(
  { tuned, algorithm, ranks }: Subject,
  { batches, milliseconds, ...extent }: Extent,
  signal: AbortSignal | undefined,
): Promise<{ seconds: number[]; failure?: string; tooSlow: boolean }> {
  const { verb, kind, caseBytes } = tuned;
  const sizes = tuned.sizes(extent.sizes);
  const caseOf = (bytes: number, milliseconds: number): string =>
    encodeCase({
      kind,
      bytes: caseBytes(bytes, ranks),
      window: 0,
      iterations: ITERATIONS_MAX,
      batches,
      milliseconds,
    });
  const cases = [
    caseOf(sizes[0] ?? 0, WARM_UPS * milliseconds),
    ...sizes.map((bytes) => caseOf(bytes, milliseconds)),
  ];
  const command = {
    ...ownCommand(ranks, 'blocking', cases),
    env: { [ALGORITHM_VARIABLE]: `${verb}=${algorithm}` },
  };
  const secondsOf = (output: string): number[] =>
    parseRecords(output)
      .slice(1)
      .map((record) => median(record.seconds) / record.iterations);
  try {
    const timeoutMs = START_TIMEOUT_MS + cases.length * SIZE_TIMEOUT_MS;
    return { seconds: secondsOf((await runJob(command, { timeoutMs, signal })).output), tooSlow: false };
  } catch (error) {
    signal?.throwIfAborted();
    const failure = error instanceof Error ? error.message : String(error);
    const tooSlow = error instanceof OverstayError;
    return { seconds: tooSlow ? secondsOf(error.output) : [], failure, tooSlow };
  }
}

function timesOf(
  tuned: TunedVerb,
  extent: Extent,
  samples: ReadonlyMap<string, readonly number[]>,
): TimesAtRanks[] {
  return extent.ranks.map((ranks) => ({
    ranks,
    sizes: tuned.sizes(extent.sizes).map((bytes) => ({
      bytes,
      seconds: new Map(
        tuned.algorithms.map((algorithm) => {
          const values = samples.get(`${nameOf(tuned, algorithm, ranks)} ${bytes}`) ?? [];
          return [algorithm, values.length === 0 ? Infinity : median(values)];
        }),
      ),
    })),
  }));
}
