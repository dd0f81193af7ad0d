/**
 * Reduce-scatter between two groups: each reduces to its rank 0, the two exchange the results, and each group shares out what it
 * got from the other.
 *
 *     group A   0 ← 1, 2, 3      0 ↔ 0      0 → 1, 2, 3   group A
 *     group B   0 ← 1, 2                    0 → 1, 2      group B
 *
 * Cost: that of a reduce, then pα + 2nβ.
 */
import { outcome, type Steps } from '../../engine/task.ts';
import type { TypedArray } from '../../wire/element-type.ts';
import { arrival } from '../arrival.ts';
import type { IntercommunicatorEnds } from '../collective.ts';
import { copyElements, type ElementReduction } from '../operations/element-reduction.ts';
import { reduceElements } from '../reduce/reduce-elements.ts';
import type { Shares } from './shares.ts';
import { relay } from '../notices.ts';

const VERB = 'reduce-scatter';

/** `result` gets this process' share of what the other group has given. It may be the beginning of `own`. */
export function* interReduceScatterInto(
  { local, remote }: IntercommunicatorEnds,
  reduction: ElementReduction,
  own: TypedArray,
  result: TypedArray,
  shares: Shares,
  tag: number,
  remoteTag: number,
): Steps<void> {
  if (local.rank !== 0) {
    yield* reduceElements(local, reduction, own, null, 0, tag);
    yield* arrival(local, VERB, reduction.expect(local, result, 0, tag));
    return;
  }
  const sum = reduction.take(local, own.length);
  yield* reduceElements(local, reduction, own, sum, 0, tag);
  relay(local, tag, remote, remoteTag);
  const theirs = reduction.take(local, own.length);
  const expected = reduction.expect(remote, theirs, 0, remoteTag);
  const exchange = reduction.send(remote, sum, 0, remoteTag);
  yield* arrival(remote, VERB, expected);
  yield* outcome(exchange);
  local.scratch.giveBack(sum);
  relay(remote, remoteTag, local, tag);
  const sending = local.peers.map((_, rank) =>
    rank === 0 ? null : reduction.send(local, shares.of(theirs, rank), rank, tag),
  );
  copyElements(shares.of(theirs, 0), result);
  for (const send of sending) if (send !== null) yield* outcome(send);
  local.scratch.giveBack(theirs);
}
