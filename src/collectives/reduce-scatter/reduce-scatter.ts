/**
 * Reduce-scatter (MPI-4.1 §6.10): a reduction whose result is shared out, each process getting its part. On an
 * intercommunicator each group shares out the other's result; both groups reduce as many elements.
 */
import { MPIError } from '../../errors/mpi-error.ts';
import type { Steps } from '../../engine/task.ts';
import { type Endpoint, processes } from '../../p2p/endpoint.ts';
import { type BufferLike, elementTypeOf } from '../../wire/element-type.ts';
import { type CollectiveEndpoint, type CollectiveEnds, isInter } from '../collective.ts';
import { copyElements, elementReduction, type ElementReduction } from '../operations/element-reduction.ts';
import { type Op, operatorOf } from '../operations/op.ts';
import { elementsOf, isInPlace, resultElements } from '../operations/reduction-buffers.ts';
import type { Algorithms } from '../tuning/algorithms.ts';
import { chooseAlgorithm } from '../tuning/choose-algorithm.ts';
import { interReduceScatterInto } from './inter-reduce-scatter.ts';
import { pairwiseReduceScatterInto } from './pairwise-reduce-scatter.ts';
import { recursiveHalvingReduceScatterInto } from './recursive-halving-reduce-scatter.ts';

const VERB = 'reduce-scatter';
type Algorithm = Algorithms['reduceScatterInto'];

/** The process of rank r gets `counts[r]` elements of the result. */
export function reduceScatterInto(
  ends: CollectiveEnds,
  send: BufferLike,
  recv: BufferLike,
  counts: readonly number[],
  op: Op,
): Steps<void> {
  return scattered(ends, send, recv, () => checkCounts(ends.local, counts), op);
}

/** Every process gets as many elements. */
export function reduceScatterBlockInto(
  ends: CollectiveEnds,
  send: BufferLike,
  recv: BufferLike,
  op: Op,
): Steps<void> {
  const { local } = ends;
  const countsOf = (elements: number): number[] => {
    const size = local.peers.length;
    if (elements % size === 0) return new Array<number>(size).fill(elements / size);
    throw new MPIError(
      'MPI_ERR_BUFFER',
      `Cannot ${VERB} ${String(elements)} elements on ${local.context.label()}: as many for each of ${processes(size)} are wanted`,
    );
  };
  return scattered(ends, send, recv, countsOf, op);
}

function* scattered(
  ends: CollectiveEnds,
  send: BufferLike,
  recv: BufferLike,
  countsOf: (elements: number) => readonly number[],
  op: Op,
): Steps<void> {
  const { local } = ends;
  const tag = local.nextTag();
  const remoteTag = ends.remote?.nextTag() ?? 0;
  const operator = operatorOf(op, VERB);
  const own = elementsOf(local, VERB, send);
  const counts = countsOf(own.length);
  for (const count of counts) operator.checkElements(elementTypeOf(own), count);
  const reduction = elementReduction(operator, own);
  const starts = startsOf(local, counts, own.length);
  const result = resultElements(local, VERB, own, recv, counts[local.rank]!);
  if (isInter(ends)) {
    yield* interReduceScatterInto(ends, reduction, own, result, starts, tag, remoteTag);
    return;
  }
  const chosen = choose(local, reduction, own.byteLength);
  const run = chosen === 'pairwise' ? pairwiseReduceScatterInto : recursiveHalvingReduceScatterInto;
  // In place the result lies over a share that is still to be sent.
  const place = isInPlace(own, result) ? reduction.newElements(result.length) : result;
  yield* run(local, reduction, own, place, starts, tag);
  copyElements(place, result);
}

function choose(endpoint: CollectiveEndpoint, { commutative }: ElementReduction, bytes: number): Algorithm {
  if (!commutative) return 'pairwise';
  return chooseAlgorithm('reduceScatterInto', bytes, endpoint.peers.length, endpoint.algorithms);
}

function checkCounts(endpoint: Endpoint, counts: readonly number[]): readonly number[] {
  const size = endpoint.peers.length;
  const given: unknown = counts;
  const isCount = (count: unknown): boolean => Number.isSafeInteger(count) && (count as number) >= 0;
  if (Array.isArray(given) && given.length === size && given.every(isCount)) return counts;
  const has = Array.isArray(given) ? `the counts [${given.join(', ')}]` : `${String(given)} for counts`;
  throw new MPIError(
    'MPI_ERR_COUNT',
    `Cannot ${VERB} with ${has} on ${endpoint.context.label()}: an array of one whole number from 0 on for each of ${processes(size)} is wanted`,
  );
}

/** Where each rank's share begins, and where the last one ends. */
function startsOf(endpoint: Endpoint, counts: readonly number[], elements: number): number[] {
  const starts = [0];
  for (const count of counts) starts.push(starts.at(-1)! + count);
  const sum = starts.at(-1)!;
  if (sum === elements) return starts;
  throw new MPIError(
    'MPI_ERR_COUNT',
    `Cannot ${VERB} ${String(elements)} elements on ${endpoint.context.label()}: the counts are ${String(sum)} in all; they must be as many`,
  );
}
