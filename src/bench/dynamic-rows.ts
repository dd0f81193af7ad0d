/**
 * The rows of dynamic processes: spawning until the first message of every child, accepting and connecting, and messages over
 * the intercommunicators that come of it beside the same inside one world.
 */
import type { BenchCase, CaseKind } from './bench-case.ts';
import type { Row, Scale } from './row.ts';
import { formatBytes, MIB } from './sizes.ts';

/** Processes that are spawned at once. */
export const SPAWN_COUNTS: readonly number[] = [1, 4, 8];
/** Where messages go: inside one world, to processes that this one has spawned, to those that have connected to it. */
const PLACES = ['world', 'spawned', 'connected'] as const;
const MESSAGE_BYTES = 8;
const WINDOW_BYTES = MIB;

const WINDOW_MESSAGES = 8;
/** Time for the children of the last spawn to end, for each of them. */
const PAUSE_MS = 50;

export function dynamicRows(scale: Scale): Row[] {
  const tiny = scale === 'tiny';
  const counts = tiny ? [1] : SPAWN_COUNTS;
  return [
    ...counts.map((count) => spawnRow(count, tiny)),
    row('connect', 'accept, connect, disconnect', 2, 'duration', {
      kind: 'connect',
      iterations: tiny ? 2 : 50,
    }),
    ...PLACES.map((place) => {
      const kind = placed(place, 'latency');
      const label = `${formatBytes(MESSAGE_BYTES)}, half a round trip, ${TITLES[place]}`;
      const what = { kind, bytes: MESSAGE_BYTES, iterations: tiny ? 2 : 2000 };
      return row(`${place}-latency`, label, ranksOf(place), 'halfRoundTrip', what);
    }),
    ...PLACES.map((place) => {
      const kind = placed(place, 'window');
      const label = `${formatBytes(WINDOW_BYTES)} × ${String(WINDOW_MESSAGES)}, ${TITLES[place]}`;
      const what = { kind, bytes: WINDOW_BYTES, window: WINDOW_MESSAGES, iterations: tiny ? 1 : 2 };
      return row(`${place}-window`, label, ranksOf(place), 'bandwidth', what);
    }),
  ];

  function row(
    id: string,
    label: string,
    ranks: number,
    metric: Row['metric'],
    what: Pick<BenchCase, 'kind' | 'iterations'> & Partial<BenchCase>,
  ): Row {
    const milliseconds = tiny ? 20 : 250;
    const benchCase = { bytes: 0, window: 0, batches: tiny ? 2 : 30, milliseconds, ...what };
    return { id, section: 'dynamic', label, ranks, metric, benchCase };
  }
}

function spawnRow(count: number, tiny: boolean): Row {
  return {
    id: `spawn-${String(count)}`,
    section: 'dynamic',
    label: `spawn of ${String(count)}, until each has sent a message`,
    ranks: 1,
    metric: 'spawning',
    benchCase: {
      kind: 'spawn',
      bytes: 0,
      window: count,
      iterations: 1,
      batches: tiny ? 1 : 4,
      milliseconds: tiny ? 0 : PAUSE_MS * count,
    },
  };
}

type Place = (typeof PLACES)[number];

const TITLES: Readonly<Record<Place, string>> = {
  world: 'inside one world',
  spawned: 'parent and child',
  connected: 'connected',
};

/** A child is no rank of the job that is started. */
const ranksOf = (place: Place): number => (place === 'spawned' ? 1 : 2);

const placed = (place: Place, pattern: 'latency' | 'window'): CaseKind =>
  place === 'world' ? pattern : `${place}-${pattern}`;
