/**
 * Reduction to one process (MPI-4.1 §6.9.1): of everybody's data, on an intercommunicator of the other group's. Operations
 * that do not commute get their operands in rank order, whatever the algorithm.
 */
import type { Steps } from '../../engine/task.ts';
import { PROC_NULL, ROOT } from '../../model/constants.ts';
import type { BufferLike } from '../../wire/element-type.ts';
import {
  checkInterRoot,
  checkRoot,
  type CollectiveEnds,
  type IntercommunicatorEnds,
  isInter,
} from '../collective.ts';
import { isForeign, type Op, type Operator, operatorOf } from '../operations/op.ts';
import { elementsOf, reductionOf, resultElements } from '../operations/reduction-buffers.ts';
import { ValueReduction } from '../operations/value-reduction.ts';
import { isShortArray } from '../blocked.ts';
import { inCommon, inCommonBlocked, isForCommon, mayUseCommon } from '../common/in-common.ts';
import { PreparedVerb } from '../common/prepared-calls.ts';
import { chooseAlgorithm } from '../tuning/choose-algorithm.ts';
import { binomialReduce, binomialReduceIntoBlocked } from './binomial-reduce.ts';
import { commonReduceInto, commonReduceIntoBlocked, type Part, partOf } from './common-reduce.ts';
import { flatReduceIntoBlocked } from './flat-reduce.ts';
import { interReduce, interReduceInto } from './inter-reduce.ts';
import { reduceElements } from './reduce-elements.ts';
import { settle, settleBoth } from '../notices.ts';

const VERB = 'reduce';
const PREPARED = new PreparedVerb<Part>(VERB);

/** The root gets the combination, the others undefined. */
export function* reduce<T>(ends: CollectiveEnds, value: T, op: Op, root: number): Steps<T | undefined> {
  const { local } = ends;
  const tag = local.nextTag();
  if (isInter(ends)) {
    const remoteTag = ends.remote.nextTag();
    checkInterRoot(ends, VERB, root);
    const operator = operatorOf(op, VERB);
    // The root's group gives nothing.
    if (root !== ROOT && root !== PROC_NULL) operator.check(value);
    const local = new ValueReduction(ends.local, VERB, operator, tag);
    const remote = new ValueReduction(ends.remote, VERB, operator, remoteTag);
    const theirs = yield* interReduce(local, remote, value, root);
    settleBoth(ends, tag, remoteTag);
    return theirs as T | undefined;
  }
  checkRoot(local, VERB, root);
  const operator = operatorOf(op, VERB);
  operator.check(value);
  const sum = yield* binomialReduce(new ValueReduction(local, VERB, operator, tag), value, root);
  settle(local, tag);
  return sum as T | undefined;
}

/** The root's buffer gets the combination, element by element. */
export function* reduceInto(
  ends: CollectiveEnds,
  send: BufferLike | null,
  recv: BufferLike | null,
  op: Op,
  root: number,
): Steps<void> {
  const { local } = ends;
  const tag = local.nextTag();
  if (isInter(ends)) {
    const remoteTag = ends.remote.nextTag();
    checkInterRoot(ends, VERB, root);
    yield* betweenGroups(ends, send, recv, operatorOf(op, VERB), root, tag, remoteTag);
    settleBoth(ends, tag, remoteTag);
    return;
  }
  checkRoot(local, VERB, root);
  const operator = operatorOf(op, VERB);
  const own = elementsOf(local, VERB, send);
  const reduction = reductionOf(operator, own);
  const result = local.rank === root ? resultElements(local, VERB, own, recv, own.length) : null;
  if (!isForeign(op) && isForCommon(local, 'reduceInto', own.byteLength, tag)) {
    const part = partOf(VERB, reduction, op.name, own, result, root);
    if (yield* inCommon(local, (memory) => commonReduceInto(local, memory, part, tag))) return;
  }
  yield* reduceElements(local, reduction, own, result, root, tag);
  settle(local, tag);
}

/** The same with the thread blocked; what is left to be done of it, null for nothing. */
export function reduceIntoBlocked(
  ends: CollectiveEnds,
  send: BufferLike | null,
  recv: BufferLike | null,
  op: Op,
  root: number,
): Steps<void> | null {
  const { local } = ends;
  const known = local.prepared.find(PREPARED, send, recv, op, root);
  if (known !== null && inCommonBlocked(local, known, commonReduceIntoBlocked)) return null;
  const size = local.peers.length;
  const short = isShortArray(ends, send);
  const chosen = short ? chooseAlgorithm('reduceInto', send.byteLength, size, local.algorithms) : null;
  if (short && !isForeign(op) && mayUseCommon(local, 'reduceInto', send.byteLength)) {
    const isDone = inCommonBlocked(local, null, (_, memory, __, tag) => {
      checkRoot(local, VERB, root);
      const operator = operatorOf(op, VERB);
      const own = elementsOf(local, VERB, send);
      const reduction = reductionOf(operator, own);
      const result = local.rank === root ? resultElements(local, VERB, own, recv, own.length) : null;
      const part = partOf(VERB, reduction, operator.name, own, result, root);
      local.prepared.keep(PREPARED, send, recv, op, root, part);
      commonReduceIntoBlocked(local, memory, part, tag);
    });
    return isDone ? null : reduceInto(ends, send, recv, op, root);
  }
  if (chosen === null || chosen === 'scatter-gather' || isForeign(op))
    return reduceInto(ends, send, recv, op, root);
  const tag = local.nextTag();
  checkRoot(local, VERB, root);
  const operator = operatorOf(op, VERB);
  const own = elementsOf(local, VERB, send);
  const reduction = reductionOf(operator, own);
  const result = local.rank === root ? resultElements(local, VERB, own, recv, own.length) : null;
  const run = chosen === 'flat' ? flatReduceIntoBlocked : binomialReduceIntoBlocked;
  run(local, reduction, own, result, root, tag);
  settle(local, tag);
  return null;
}

function* betweenGroups(
  ends: IntercommunicatorEnds,
  send: BufferLike | null,
  recv: BufferLike | null,
  operator: Operator,
  root: number,
  tag: number,
  remoteTag: number,
): Steps<void> {
  if (root === PROC_NULL) return;
  const elements = elementsOf(ends.remote, VERB, root === ROOT ? recv : send);
  yield* interReduceInto(ends, reductionOf(operator, elements), elements, root, tag, remoteTag);
}
