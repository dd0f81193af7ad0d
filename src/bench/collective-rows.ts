/**
 * The rows of the collectives: a barrier, and five verbs over blocks of doubles, on 2 and on 4 ranks. What a block is for
 * each verb says `ranks/collectives.ts`.
 */
import type { CollectiveKind } from './bench-case.ts';
import type { Row, Scale } from './row.ts';
import { formatBytes, KIB, MIB } from './sizes.ts';

/** The verbs that are measured beside other libraries. */
export const MEASURED_VERBS = ['bcast', 'reduce', 'allreduce', 'allgather', 'alltoall'] as const;

export const COLLECTIVE_RANKS: readonly number[] = [2, 4];

/** Bytes of a block. */
export const COLLECTIVE_SIZES: readonly number[] = [8, KIB, 64 * KIB, MIB, 8 * MIB];

const SIZES: Readonly<Record<Scale, readonly number[]>> = {
  full: COLLECTIVE_SIZES,
  quick: [8, 64 * KIB, MIB],
  tiny: [8, 64 * KIB],
};

/** For each scale: the most iterations of a batch, the batches, and the time of a row. */
const AMOUNTS: Readonly<Record<Scale, readonly [iterations: number, batches: number, milliseconds: number]>> =
  {
    full: [100_000, 20, 250],
    quick: [100_000, 10, 100],
    tiny: [2, 2, 20],
  };

export function collectiveRows(scale: Scale): Row[] {
  return COLLECTIVE_RANKS.flatMap((ranks) => [
    collectiveRow(scale, 'barrier', 0, ranks),
    ...MEASURED_VERBS.flatMap((verb) =>
      SIZES[scale].map((bytes) => collectiveRow(scale, verb, bytes, ranks)),
    ),
  ]);
}

/** `barrier-4`, `bcast-1024-2`. */
export function collectiveRowId(kind: CollectiveKind, bytes: number, ranks: number): string {
  return kind === 'barrier' ? `barrier-${ranks}` : `${kind}-${bytes}-${ranks}`;
}

function collectiveRow(scale: Scale, kind: CollectiveKind, bytes: number, ranks: number): Row {
  const [iterations, batches, milliseconds] = AMOUNTS[scale];
  return {
    id: collectiveRowId(kind, bytes, ranks),
    section: 'collectives',
    label: kind === 'barrier' ? `barrier, ${ranks} ranks` : `${kind} ${formatBytes(bytes)}, ${ranks} ranks`,
    ranks,
    metric: 'duration',
    benchCase: { kind, bytes, window: 0, iterations, batches, milliseconds },
  };
}
