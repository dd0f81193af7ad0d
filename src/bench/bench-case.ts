/**
 * One thing that is measured, and the two texts that harness and rank programs exchange about it.
 *
 * A case goes to every rank program, ours and the peers' alike, as one argument
 * `kind:bytes:window:iterations:batches:milliseconds`, so that all run the same pattern the same number of times. A batch
 * of iterations is timed as a whole at rank 0; before each batch rank 0 tells the others whether there is another, so that
 * a slow library stops when its milliseconds are over. Before them batches run for twice that time and are not counted: a
 * program of JavaScript is compiled while it runs, and the compiler needs a core. For the collectives the iterations are the most, and found by trial (`ranks/calibrated.ts`),
 * since a library that waits for its peers' turns on the processor may be a thousand times slower. Rank 0 answers with one line of JSON, a {@link CaseRecord}.
 */

/** The patterns that the rank programs know; `bench/peers/` says what each does. */
export type CaseKind = 'latency' | 'object' | 'window' | 'idle' | LiveKind | DynamicKind | CollectiveKind;

/** Updates of all other ranks to rank 0; the window is how many ranks these are. */
export type LiveKind = 'live-updates' | 'live-frames';

export const LIVE_KINDS: readonly LiveKind[] = ['live-updates', 'live-frames'];

/** Dynamic processes: with `spawn` the window is how many, and the milliseconds the pause before each. */
export type DynamicKind =
  'spawn' | 'connect' | 'spawned-latency' | 'spawned-window' | 'connected-latency' | 'connected-window';

export const DYNAMIC_KINDS: readonly DynamicKind[] = [
  'spawn',
  'connect',
  'spawned-latency',
  'spawned-window',
  'connected-latency',
  'connected-window',
];

/** The collectives; the tuning alone measures reduce-scatter. */
export type CollectiveKind =
  'barrier' | 'bcast' | 'reduce' | 'allreduce' | 'reduce-scatter' | 'allgather' | 'alltoall';

export const COLLECTIVE_KINDS: readonly CollectiveKind[] = [
  'barrier',
  'bcast',
  'reduce',
  'allreduce',
  'reduce-scatter',
  'allgather',
  'alltoall',
];

const KINDS: readonly CaseKind[] = [
  'latency',
  'object',
  'window',
  'idle',
  ...LIVE_KINDS,
  ...DYNAMIC_KINDS,
  ...COLLECTIVE_KINDS,
];

export interface BenchCase {
  readonly kind: CaseKind;
  readonly bytes: number;
  /** Messages under way at once; 0 where the kind has no window. */
  readonly window: number;
  /** Repetitions of the pattern in one batch; for collectives the most of them. */
  readonly iterations: number;
  readonly batches: number;
  /** The most time that the batches may take together; for `idle`, how long the ranks wait; for `spawn`, the pause before each. */
  readonly milliseconds: number;
}

/** What rank 0 prints about a case. */
export interface CaseRecord {
  readonly kind: CaseKind;
  readonly bytes: number;
  readonly window: number;
  readonly ranks: number;
  readonly iterations: number;
  /** Seconds of each batch; of the slowest rank for collectives, else of rank 0. */
  readonly seconds: readonly number[];
  /** For `idle`: the processor time of each waiting rank. */
  readonly processorSeconds?: readonly number[];
  /** For our own collectives: where the time went. */
  readonly breakdown?: Breakdown;
}

/** What the system counted at rank 0 during the batches, for one iteration; barriers between batches included. */
export interface Breakdown {
  /** Processor time in the program, µs. */
  readonly user: number;
  /** Processor time in the system, µs: sleeping, waking, offering the processor. */
  readonly system: number;
  /** Times that the process slept or offered its processor. */
  readonly waits: number;
  /** Times that its processor was taken away. */
  readonly preemptions: number;
}

export function isCollectiveKind(kind: CaseKind): kind is CollectiveKind {
  return (COLLECTIVE_KINDS as readonly CaseKind[]).includes(kind);
}

export function isDynamicKind(kind: CaseKind): kind is DynamicKind {
  return (DYNAMIC_KINDS as readonly CaseKind[]).includes(kind);
}

export function isLiveKind(kind: CaseKind): kind is LiveKind {
  return (LIVE_KINDS as readonly CaseKind[]).includes(kind);
}

export function encodeCase(benchCase: BenchCase): string {
  const { kind, bytes, window, iterations, batches, milliseconds } = benchCase;
  return [kind, bytes, window, iterations, batches, milliseconds].join(':');
}

export function decodeCase(text: string): BenchCase {
  const [kind, ...rest] = text.split(':');
  const numbers = rest.map(Number);
  const [bytes, window, iterations, batches, milliseconds] = numbers;
  if (
    !isCaseKind(kind) ||
    numbers.length !== 5 ||
    !numbers.every((number) => Number.isSafeInteger(number) && number >= 0) ||
    bytes === undefined ||
    window === undefined ||
    iterations === undefined ||
    batches === undefined ||
    milliseconds === undefined
  ) {
    throw new TypeError(
      `Cannot run the case "${text}": kind:bytes:window:iterations:batches:milliseconds is wanted, ` +
        `with one of the kinds ${KINDS.join(', ')} and whole numbers`,
    );
  }
  return { kind, bytes, window, iterations, batches, milliseconds };
}

/** The records among the lines that a job printed; other lines are left alone. */
export function parseRecords(output: string): CaseRecord[] {
  const records: CaseRecord[] = [];
  for (const line of output.split('\n')) {
    if (!line.startsWith('{"kind"')) continue;
    const parsed: unknown = JSON.parse(line);
    if (!isCaseRecord(parsed)) throw new TypeError(`Cannot read the line ${line}: it is not a case's record`);
    records.push(parsed);
  }
  return records;
}

function isCaseKind(value: unknown): value is CaseKind {
  return (KINDS as readonly unknown[]).includes(value);
}

function isCaseRecord(value: unknown): value is CaseRecord {
  if (typeof value !== 'object' || value === null) return false;
  const record = value as Record<string, unknown>;
  const isSeconds = (list: unknown): boolean =>
    Array.isArray(list) && list.length > 0 && list.every((item) => typeof item === 'number' && item >= 0);
  return (
    isCaseKind(record['kind']) &&
    ['bytes', 'window', 'ranks', 'iterations'].every((key) => typeof record[key] === 'number') &&
    isSeconds(record['seconds']) &&
    (record['processorSeconds'] === undefined || isSeconds(record['processorSeconds']))
  );
}
