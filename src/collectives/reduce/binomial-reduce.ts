/**
 * Reduction along a binomial tree: every process combines its own part with those of its children, nearest first, which
 * covers consecutive ranks in order. Right for operations that do not commute too as long as the tree is rooted at rank 0;
 * for another root they take one more step.
 *
 * Best for short data, and the only one for values. Cost: ⌈log₂ p⌉ (α + nβ + nγ).
 */
import { outcome, type Steps } from '../../engine/task.ts';
import type { TypedArray } from '../../wire/element-type.ts';
import { arrival } from '../arrival.ts';
import { combine, finish, send } from '../blocked.ts';
import type { CollectiveEndpoint } from '../collective.ts';
import { copyElements, type ElementReduction } from '../operations/element-reduction.ts';
import type { ValueReduction } from '../operations/value-reduction.ts';
import { placeInTree } from '../trees/binomial-tree.ts';
import { taken } from '../notices.ts';

/** The root gets the combination of everybody's value, the others undefined. */
export function* binomialReduce(reduction: ValueReduction, value: unknown, root: number): Steps<unknown> {
  const { rank, peers } = reduction.endpoint;
  const treeRoot = reduction.operator.commutative ? root : 0;
  const { parent, children } = placeInTree(rank, peers.length, treeRoot);
  let sum = value;
  for (const child of children.toReversed()) sum = reduction.combine(sum, yield* reduction.take(child));
  const dest = parent >= 0 ? parent : root;
  if (dest !== rank) yield* outcome(reduction.give(sum, dest));
  if (rank !== root) return undefined;
  return treeRoot === root ? sum : yield* reduction.take(treeRoot);
}

/** The root's `result` gets the combination of everybody's elements; null elsewhere. */
export function* binomialReduceInto(
  endpoint: CollectiveEndpoint,
  reduction: ElementReduction,
  own: TypedArray,
  result: TypedArray | null,
  root: number,
  tag: number,
): Steps<void> {
  const { rank, peers } = endpoint;
  const treeRoot = reduction.commutative ? root : 0;
  const { parent, children } = placeInTree(rank, peers.length, treeRoot);
  let sum = own;
  if (rank === treeRoot || children.length > 0) {
    // In place at a root that is not the tree's, its own part must be sent before the result comes, and is.
    sum = result ?? reduction.take(endpoint, own.length);
    copyElements(own, sum);
  }
  for (const child of children.toReversed())
    yield* taken(endpoint, 'reduce', reduction.receive(endpoint, sum, child, tag, true));
  const dest = parent >= 0 ? parent : root;
  if (dest !== rank) yield* outcome(reduction.send(endpoint, sum, dest, tag));
  if (sum !== own && sum !== result) endpoint.scratch.giveBack(sum);
  if (rank === root && treeRoot !== root && result !== null) {
    yield* arrival(endpoint, 'reduce', reduction.expect(endpoint, result, treeRoot, tag));
  }
}

/** The same with the thread blocked, by an operation of the standard's: these commute. */
export function binomialReduceIntoBlocked(
  endpoint: CollectiveEndpoint,
  reduction: ElementReduction,
  own: TypedArray,
  result: TypedArray | null,
  root: number,
  tag: number,
): void {
  const { parent, children } = placeInTree(endpoint.rank, endpoint.peers.length, root);
  let sum = own;
  if (parent < 0 || children.length > 0) {
    sum = result ?? reduction.take(endpoint, own.length);
    copyElements(own, sum);
    for (const child of children.toReversed())
      combine(endpoint, reduction, reduction.withHigher, sum, child, tag, 'reduce');
  }
  if (parent < 0) return;
  finish(endpoint, send(endpoint, reduction.recentPayloadOf(endpoint, sum), parent, tag), 'reduce');
  if (sum !== own && sum !== result) endpoint.scratch.giveBack(sum);
}
