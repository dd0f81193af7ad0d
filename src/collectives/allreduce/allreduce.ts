/**
 * Reduction to everybody (MPI-4.1 §6.9.6): of everybody's data, on an intercommunicator of the other group's. Operations that
 * do not commute get their operands in rank order, whatever the algorithm.
 */
import type { Steps } from '../../engine/task.ts';
import type { BufferLike } from '../../wire/element-type.ts';
import { type CollectiveEndpoint, type CollectiveEnds, isInter } from '../collective.ts';
import type { ElementReduction } from '../operations/element-reduction.ts';
import { isForeign, type Op, operatorOf } from '../operations/op.ts';
import { elementsOf, reductionOf, resultElements } from '../operations/reduction-buffers.ts';
import { ValueReduction } from '../operations/value-reduction.ts';
import type { Algorithms } from '../tuning/algorithms.ts';
import { chooseAlgorithm } from '../tuning/choose-algorithm.ts';
import { isShortArray } from '../blocked.ts';
import { inCommon, inCommonBlocked, isForCommon, mayUseCommon } from '../common/in-common.ts';
import { PreparedVerb } from '../common/prepared-calls.ts';
import {
  commonReduceInto,
  commonReduceIntoBlocked,
  EVERYBODY,
  type Part,
  partOf,
} from '../reduce/common-reduce.ts';
import { isPowerOfTwo } from '../allgather/recursive-doubling-allgather.ts';
import { interAllreduce, interAllreduceInto } from './inter-allreduce.ts';
import { rabenseifnerAllreduceInto } from './rabenseifner-allreduce.ts';
import {
  recursiveDoublingAllreduce,
  recursiveDoublingAllreduceInto,
  recursiveDoublingAllreduceIntoBlocked,
} from './recursive-doubling-allreduce.ts';
import { reduceBcastAllreduceInto } from './reduce-bcast-allreduce.ts';
import { ringAllreduceInto } from './ring-allreduce.ts';
import { sharesAllreduceInto } from './shares-allreduce.ts';
import { spreadAllreduceInto, spreadAllreduceIntoBlocked } from './spread-allreduce.ts';
import { settle, settleBoth } from '../notices.ts';

const VERB = 'allreduce';
const PREPARED = new PreparedVerb<Part>(VERB);
type Algorithm = Algorithms['allreduceInto'];
const ALGORITHM: Readonly<Record<Algorithm, typeof ringAllreduceInto>> = {
  'recursive-doubling': recursiveDoublingAllreduceInto,
  rabenseifner: rabenseifnerAllreduceInto,
  ring: ringAllreduceInto,
  'reduce-bcast': reduceBcastAllreduceInto,
  shares: sharesAllreduceInto,
  spread: spreadAllreduceInto,
};

/** Everybody gets the combination of everybody's value, or of the other group's. */
export function* allreduce<T>(ends: CollectiveEnds, value: T, op: Op): Steps<T> {
  const { local } = ends;
  const tag = local.nextTag();
  const remoteTag = ends.remote?.nextTag() ?? 0;
  const operator = operatorOf(op, VERB);
  operator.check(value);
  const reduction = new ValueReduction(local, VERB, operator, tag);
  if (isInter(ends)) {
    const remote = new ValueReduction(ends.remote, VERB, operator, remoteTag);
    const theirs = yield* interAllreduce(reduction, remote, value);
    settleBoth(ends, tag, remoteTag);
    return theirs as T;
  }
  const sum = yield* recursiveDoublingAllreduce(reduction, value);
  settle(local, tag);
  return sum as T;
}

/** Everybody's buffer gets the combination, element by element. */
export function* allreduceInto(
  ends: CollectiveEnds,
  send: BufferLike,
  recv: BufferLike,
  op: Op,
): Steps<void> {
  const { local } = ends;
  const tag = local.nextTag();
  const remoteTag = ends.remote?.nextTag() ?? 0;
  const operator = operatorOf(op, VERB);
  const own = elementsOf(local, VERB, send);
  const reduction = reductionOf(operator, own);
  const result = resultElements(local, VERB, own, recv, own.length);
  if (isInter(ends)) {
    yield* interAllreduceInto(ends, reduction, own, result, tag, remoteTag);
    settleBoth(ends, tag, remoteTag);
    return;
  }
  if (!isForeign(op) && isForCommon(local, 'allreduceInto', own.byteLength, tag)) {
    const part = partOf(VERB, reduction, op.name, own, result, EVERYBODY);
    if (yield* inCommon(local, (memory) => commonReduceInto(local, memory, part, tag))) return;
  }
  yield* ALGORITHM[choose(local, reduction, own.byteLength)](local, reduction, own, result, tag);
  settle(local, tag);
}

/** The same with the thread blocked; what is left to be done of it, null for nothing. */
export function allreduceIntoBlocked(
  ends: CollectiveEnds,
  send: BufferLike,
  recv: BufferLike,
  op: Op,
): Steps<void> | null {
  const { local } = ends;
  const known = local.prepared.find(PREPARED, send, recv, op, EVERYBODY);
  if (known !== null && inCommonBlocked(local, known, commonReduceIntoBlocked)) return null;
  const size = local.peers.length;
  const short = isShortArray(ends, send);
  const chosen = short ? chooseAlgorithm('allreduceInto', send.byteLength, size, local.algorithms) : null;
  const shortCut = chosen === 'spread' || (chosen === 'recursive-doubling' && isPowerOfTwo(size));
  if (short && !isForeign(op) && mayUseCommon(local, 'allreduceInto', send.byteLength)) {
    const isDone = inCommonBlocked(local, null, (_, memory, __, tag) => {
      const operator = operatorOf(op, VERB);
      const own = elementsOf(local, VERB, send);
      const reduction = reductionOf(operator, own);
      const result = resultElements(local, VERB, own, recv, own.length);
      const part = partOf(VERB, reduction, operator.name, own, result, EVERYBODY);
      local.prepared.keep(PREPARED, send, recv, op, EVERYBODY, part);
      commonReduceIntoBlocked(local, memory, part, tag);
    });
    return isDone ? null : allreduceInto(ends, send, recv, op);
  }
  if (!shortCut || isForeign(op)) return allreduceInto(ends, send, recv, op);
  const tag = local.nextTag();
  const operator = operatorOf(op, VERB);
  const own = elementsOf(local, VERB, send);
  const reduction = reductionOf(operator, own);
  const result = resultElements(local, VERB, own, recv, own.length);
  const run = chosen === 'spread' ? spreadAllreduceIntoBlocked : recursiveDoublingAllreduceIntoBlocked;
  run(local, reduction, own, result, tag);
  settle(local, tag);
  return null;
}

function choose(endpoint: CollectiveEndpoint, { commutative }: ElementReduction, bytes: number): Algorithm {
  const choice = chooseAlgorithm('allreduceInto', bytes, endpoint.peers.length, endpoint.algorithms);
  // Around a ring the order of operands is another one for each part.
  return choice === 'ring' && !commutative ? 'rabenseifner' : choice;
}
