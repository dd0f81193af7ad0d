/**
 * The verbs whose algorithms are tuned, and the kind of case that measures each. The table's bytes are the case's, but for
 * reduce-scatter: there the table counts what a rank gives, the case what it gets.
 */
import { ALGORITHMS, type Algorithms } from '../../collectives/tuning/algorithms.ts';
import type { CollectiveKind } from '../bench-case.ts';

export interface TunedVerb {
  readonly verb: keyof Algorithms;
  readonly kind: CollectiveKind;
  readonly algorithms: readonly string[];
  /** The table's bytes that it is measured at, among these; a barrier has none. */
  readonly sizes: (sizes: readonly number[]) => readonly number[];
  /** Bytes of the case for so many of the table. */
  readonly caseBytes: (bytes: number, ranks: number) => number;
}

const KINDS: Readonly<Record<string, CollectiveKind>> = {
  barrier: 'barrier',
  bcastInto: 'bcast',
  reduceInto: 'reduce',
  allreduceInto: 'allreduce',
  reduceScatterInto: 'reduce-scatter',
  allgatherInto: 'allgather',
  alltoallInto: 'alltoall',
};

/** In the order of the table. */
export function tunedVerbs(): TunedVerb[] {
  return (Object.keys(ALGORITHMS) as (keyof Algorithms)[]).flatMap((verb) => {
    const kind = KINDS[verb];
    if (kind === undefined) return [];
    const caseBytes = kind === 'reduce-scatter' ? partOf : (bytes: number): number => bytes;
    const sizes = (all: readonly number[]): readonly number[] => (kind === 'barrier' ? [0] : all);
    return [{ verb, kind, algorithms: ALGORITHMS[verb], sizes, caseBytes }];
  });
}

/** A rank's part of so many bytes, in whole doubles, at least one. */
function partOf(bytes: number, ranks: number): number {
  const { BYTES_PER_ELEMENT } = Float64Array;
  return BYTES_PER_ELEMENT * Math.max(1, Math.round(bytes / ranks / BYTES_PER_ELEMENT));
}
