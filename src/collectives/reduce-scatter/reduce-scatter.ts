/**
 * Reduce-scatter (MPI-4.1 §6.10): a reduction whose result is shared out, each process getting its part. On an
 * intercommunicator each group shares out the other's result; both groups reduce as many elements.
 */
import type { Steps } from '../../engine/task.ts';
import type { BufferLike } from '../../wire/element-type.ts';
import { type CollectiveEndpoint, type CollectiveEnds, isInter } from '../collective.ts';
import { copyElements, type ElementReduction } from '../operations/element-reduction.ts';
import { type Op, operatorOf } from '../operations/op.ts';
import { elementsOf, isInPlace, reductionOf, resultElements } from '../operations/reduction-buffers.ts';
import type { Algorithms } from '../tuning/algorithms.ts';
import { chooseAlgorithm } from '../tuning/choose-algorithm.ts';
import { interReduceScatterInto } from './inter-reduce-scatter.ts';
import { pairwiseReduceScatterInto } from './pairwise-reduce-scatter.ts';
import { recursiveHalvingReduceScatterInto } from './recursive-halving-reduce-scatter.ts';
import { evenShares, type Shares, sharesByCounts } from './shares.ts';
import { settle, settleBoth } from '../notices.ts';

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
  return sharedOut(ends, send, recv, op, (elements) => sharesByCounts(ends.local, counts, elements));
}

/** Every process gets as many elements. */
export function reduceScatterBlockInto(
  ends: CollectiveEnds,
  send: BufferLike,
  recv: BufferLike,
  op: Op,
): Steps<void> {
  return sharedOut(ends, send, recv, op, (elements) => evenShares(ends.local, elements));
}

function* sharedOut(
  ends: CollectiveEnds,
  send: BufferLike,
  recv: BufferLike,
  op: Op,
  sharesOf: (elements: number) => Shares,
): Steps<void> {
  const { local } = ends;
  const tag = local.nextTag();
  const remoteTag = ends.remote?.nextTag() ?? 0;
  const operator = operatorOf(op, VERB);
  const own = elementsOf(local, VERB, send);
  const reduction = reductionOf(operator, own);
  const shares = sharesOf(own.length);
  for (const rank of local.peers.keys()) {
    operator.checkElements(reduction.elementType, shares.of(own, rank).length);
  }
  const result = resultElements(local, VERB, own, recv, shares.of(own, local.rank).length);
  if (isInter(ends)) {
    yield* interReduceScatterInto(ends, reduction, own, result, shares, tag, remoteTag);
    settleBoth(ends, tag, remoteTag);
    return;
  }
  const choice = choose(local, reduction, own.byteLength);
  const run = choice === 'pairwise' ? pairwiseReduceScatterInto : recursiveHalvingReduceScatterInto;
  // In place the result lies over a share that is still to be sent.
  const place = isInPlace(own, result) ? reduction.take(local, result.length) : result;
  yield* run(local, reduction, own, place, shares, tag);
  settle(local, tag);
  copyElements(place, result);
  if (place !== result) local.scratch.giveBack(place);
}

function choose(endpoint: CollectiveEndpoint, { commutative }: ElementReduction, bytes: number): Algorithm {
  if (!commutative) return 'pairwise';
  return chooseAlgorithm('reduceScatterInto', bytes, endpoint.peers.length, endpoint.algorithms);
}
