/**
 * Reduction to everybody by shares: everybody sends each process its share of the elements, all at once, combines its own
 * share in the order of the ranks (reduce/rank-order.ts), and sends the result of that to everybody.
 *
 *     p = 4    share 0 → 0   share 1 → 1   share 2 → 2   share 3 → 3        by everybody
 *              0 →123 share 0    1 →230 share 1    …                        then each has all shares
 *
 * As few bytes as by halving and doubling (rabenseifner-allreduce.ts), in two steps that depend on each other for any p, where that takes
 * 2⌈log₂ p⌉: where ranks share cores each step is a change of process. Right for operations that do not commute. Best for long
 * data among few. Cost: 2α + 2n(p−1)/p β + n(p−1)/p γ, where the α overlap.
 */
import { outcome, type Steps } from '../../engine/task.ts';
import type { TypedArray } from '../../wire/element-type.ts';
import { Blocks } from '../blocks.ts';
import type { CollectiveEndpoint } from '../collective.ts';
import { copyElements, type ElementReduction } from '../operations/element-reduction.ts';
import { isInPlace } from '../operations/reduction-buffers.ts';
import { combineInRankOrder } from '../reduce/rank-order.ts';
import { spreadInto } from '../spread.ts';

/** Everybody's `result` gets the combination of everybody's elements. */
export function* sharesAllreduceInto(
  endpoint: CollectiveEndpoint,
  reduction: ElementReduction,
  own: TypedArray,
  result: TypedArray,
  tag: number,
): Steps<void> {
  const { rank, peers } = endpoint;
  const size = peers.length;
  if (size === 1) {
    copyElements(own, result);
    return;
  }
  const units = own.length / reduction.width;
  const starts = Array.from(
    { length: size + 1 },
    (_, of) => Math.floor((of * units) / size) * reduction.width,
  );
  const shareOf = (elements: TypedArray, of: number): TypedArray =>
    elements.subarray(starts[of], starts[of + 1]);
  const sending = Array.from({ length: size - 1 }, (_, step) => {
    const dest = (rank + 1 + step) % size;
    return reduction.send(endpoint, shareOf(own, dest), dest, tag);
  });
  const mine = shareOf(own, rank);
  // In place the first that comes would overwrite it.
  const given = isInPlace(own, result) && rank > 0 ? reduction.takeCopy(endpoint, mine) : mine;
  yield* combineInRankOrder(endpoint, 'allreduce', reduction, given, shareOf(result, rank), tag);
  if (given !== mine) endpoint.scratch.giveBack(given);
  for (const one of sending) yield* outcome(one);
  const bytes = starts.map((start) => start * result.BYTES_PER_ELEMENT);
  const lengths = bytes.map((start, of) => (bytes[of + 1] ?? start) - start);
  const blocks = new Blocks(reduction.payloadOf(result), 0, { starts: bytes, lengths });
  const share = blocks.of(rank);
  yield* spreadInto(endpoint, 'allreduce', () => share, blocks, rank, tag);
}
