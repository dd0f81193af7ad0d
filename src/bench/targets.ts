/**
 * What the library wants to reach beside each of the others, row by row, and whether a run reached it. A target counts
 * only where both sides were measured.
 */
import { LIVE_KINDS } from './bench-case.ts';
import { SPAWN_COUNTS } from './dynamic-rows.ts';
import { COLLECTIVE_RANKS, COLLECTIVE_SIZES, collectiveRowId, MEASURED_VERBS } from './collective-rows.ts';
import type { ParticipantId } from './participants/participant.ts';
import type { Judgement } from './judgement.ts';
import type { RowResult } from './results.ts';
import { formatBytes } from './sizes.ts';

export interface Target {
  readonly row: string;
  readonly label: string;
  readonly ours: 'parley' | 'parley-awaiting' | 'parley-warm';
  /** Our median is wanted to be at most, or at least, `factor` times the best of `others`. */
  readonly relation: 'at most' | 'at least';
  readonly factor: number;
  /** Empty: `factor` is the bound itself, in the row's unit. */
  readonly others: readonly ParticipantId[];
  /** Another row, in which the others are looked up. */
  readonly beside?: string;
}

const C_LIBRARIES: readonly ParticipantId[] = ['open-mpi', 'mpich'];

export const TARGETS: readonly Target[] = [
  atMost('latency-8', '8 B, blocking', 1, ['open-mpi']),
  atMost('latency-8', '8 B, blocking', 0.5, ['mpi4py']),
  { ...atMost('latency-8', '8 B, await', 1, ['mpi4py']), ours: 'parley-awaiting' },
  atMost('object', 'small object, blocking', 0.5, ['mpi4py']),
  { ...atMost('object', 'small object, await', 0.5, ['mpi4py']), ours: 'parley-awaiting' },
  // Twice the bandwidth of a ping-pong is half its time.
  atMost('latency-65536', '64 KiB ping-pong', 0.5, C_LIBRARIES),
  atMost('latency-65536', '64 KiB ping-pong', 1, ['lam']),
  atMost('latency-1048576', '1 MiB ping-pong', 0.5, C_LIBRARIES),
  atMost('latency-1048576', '1 MiB ping-pong', 1, ['lam']),
  atLeast('bandwidth-65536', '64 KiB window', 2, C_LIBRARIES),
  atLeast('bandwidth-65536', '64 KiB window', 1, ['lam']),
  atLeast('bandwidth-1048576', '1 MiB window', 2, C_LIBRARIES),
  atLeast('bandwidth-1048576', '1 MiB window', 1, ['lam']),
  ...COLLECTIVE_RANKS.flatMap((ranks) => [
    atMost(collectiveRowId('barrier', 0, ranks), `barrier, ${ranks} ranks`, 1, C_LIBRARIES),
    ...MEASURED_VERBS.flatMap((verb) =>
      COLLECTIVE_SIZES.map((bytes) => {
        const label = `${verb} ${formatBytes(bytes)}, ${ranks} ranks`;
        return atMost(collectiveRowId(verb, bytes, ranks), label, 1, C_LIBRARIES);
      }),
    ),
  ]),
  ...SPAWN_COUNTS.flatMap((count) => {
    const row = `spawn-${String(count)}`;
    return [
      atMost(row, `spawn of ${String(count)}`, 0.5, ['open-mpi']),
      atMost(row, `spawn of ${String(count)}`, 1.5, ['node']),
      { ...atMost(row, `spawn of ${String(count)}, warm`, 1, ['lam']), ours: 'parley-warm' as const },
    ];
  }),
  atMost('connect', 'accept, connect, disconnect', 0.5, ['open-mpi']),
  ...(['spawned', 'connected'] as const).flatMap((place) => [
    besideWorld(atMost(`${place}-latency`, `8 B, ${place}`, 1.1, ['parley']), 'world-latency'),
    besideWorld(atLeast(`${place}-window`, `1 MiB window, ${place}`, 1 / 1.1, ['parley']), 'world-window'),
  ]),
  ...LIVE_KINDS.flatMap((row) => {
    const label = row === 'live-updates' ? 'small updates' : 'updates of whole frames';
    return [
      atLeast(row, `${label}, sendSync`, 2, ['mpi4py']),
      { ...atLeast(row, `${label}, await`, 2, ['mpi4py']), ours: 'parley-awaiting' as const },
    ];
  }),
  atMost('idle-8', '8 idle ranks, blocking', 1, []),
  { ...atMost('idle-8', '8 idle ranks, await', 1, []), ours: 'parley-awaiting' },
  atMost('start-up-4', 'start-up of 4 ranks', 1, ['open-mpi']),
];

/** One judgement for each target that this run measured both sides of. */
export function judge(targets: readonly Target[], rows: readonly RowResult[]): Judgement[] {
  const judgements: Judgement[] = [];
  for (const target of targets) {
    const row = rows.find((candidate) => candidate.id === target.row);
    const ours = row?.values[target.ours]?.median;
    const other = target.beside === undefined ? row : rows.find(({ id }) => id === target.beside);
    const theirs = other && bestOf(other, target);
    if (row === undefined || other === undefined || ours === undefined || theirs === undefined) continue;
    const bound = target.others.length === 0 ? target.factor : target.factor * theirs;
    judgements.push({
      row: target.row,
      label: target.label,
      wanted: describeWanted(target, row, theirs, other),
      ours,
      theirs,
      unit: row.unit,
      ratio: ours / theirs,
      met: target.relation === 'at most' ? ours <= bound : ours >= bound,
    });
  }
  return judgements;
}

function bestOf(row: RowResult, target: Target): number | undefined {
  if (target.others.length === 0) return target.factor;
  const medians = target.others.flatMap((id) => row.values[id]?.median ?? []);
  if (medians.length === 0) return undefined;
  return row.better === 'lower' ? Math.min(...medians) : Math.max(...medians);
}

const SIGNS = { 'at most': '≤', 'at least': '≥' };
const NAMES: Readonly<Partial<Record<ParticipantId, string>>> = {
  'open-mpi': 'Open MPI',
  mpich: 'MPICH',
  lam: 'LAM/MPI',
  mpi4py: 'mpi4py',
  node: 'empty Node',
};

function describeWanted(target: Target, row: RowResult, theirs: number, other: RowResult): string {
  const sign = SIGNS[target.relation];
  if (target.others.length === 0) return `${sign} ${theirs} ${row.unit}`;
  const factor =
    target.factor === 1 ? '' : `${target.factor === 0.5 ? '½' : Number(target.factor.toFixed(2))} × `;
  if (target.beside !== undefined) return `${sign} ${factor}${other.label.split(', ').at(-1) ?? ''}`;
  const best = target.others.find((id) => row.values[id]?.median === theirs);
  return `${sign} ${factor}${(best && NAMES[best]) ?? 'the best'}`;
}

function atMost(row: string, label: string, factor: number, others: readonly ParticipantId[]): Target {
  return { row, label, ours: 'parley', relation: 'at most', factor, others };
}

function atLeast(row: string, label: string, factor: number, others: readonly ParticipantId[]): Target {
  return { ...atMost(row, label, factor, others), relation: 'at least' };
}

function besideWorld(target: Target, row: string): Target {
  return { ...target, beside: row };
}
