/** The choice among the algorithms that reduce elements to one process; also a part of other collectives. */
import type { Steps } from '../../engine/task.ts';
import type { TypedArray } from '../../wire/element-type.ts';
import type { CollectiveEndpoint } from '../collective.ts';
import type { ElementReduction } from '../operations/element-reduction.ts';
import type { Algorithms } from '../tuning/algorithms.ts';
import { chooseAlgorithm } from '../tuning/choose-algorithm.ts';
import { binomialReduceInto } from './binomial-reduce.ts';
import { flatReduceInto } from './flat-reduce.ts';
import { scatterGatherReduceInto } from './scatter-gather-reduce.ts';

const ALGORITHM: Readonly<Record<Algorithms['reduceInto'], typeof binomialReduceInto>> = {
  binomial: binomialReduceInto,
  flat: flatReduceInto,
  'scatter-gather': scatterGatherReduceInto,
};

/** The root's `result` gets the combination of everybody's elements; null elsewhere. It may be `own`. */
export function reduceElements(
  endpoint: CollectiveEndpoint,
  reduction: ElementReduction,
  own: TypedArray,
  result: TypedArray | null,
  root: number,
  tag: number,
): Steps<void> {
  const choice = chooseAlgorithm('reduceInto', own.byteLength, endpoint.peers.length, endpoint.algorithms);
  return ALGORITHM[choice](endpoint, reduction, own, result, root, tag);
}
