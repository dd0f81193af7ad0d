/**
 * Prefix reduction by doubling distances: in round k everybody sends what it has to the process 2ᵏ ranks above, and puts what
 * comes from 2ᵏ below before its own.
 *
 *     p = 4    rank       0     1     2     3
 *     round 0             0     01    12    23
 *     round 1             0     01    012   0123
 *
 * What comes always covers the ranks right below one's own: the order of operands is kept. Cost: ⌈log₂ p⌉ (α + nβ + nγ).
 *
 * `first` is the lowest rank that takes part.
 */
import { outcome, type Steps } from '../../engine/task.ts';
import type { TypedArray } from '../../wire/element-type.ts';
import type { CollectiveEndpoint } from '../collective.ts';
import type { ElementReduction } from '../operations/element-reduction.ts';
import type { ValueReduction } from '../operations/value-reduction.ts';
import { taken } from '../notices.ts';

/** The combination of the values from rank `first` to this one. */
export function* doublingScan(reduction: ValueReduction, value: unknown, first: number): Steps<unknown> {
  const { rank, peers } = reduction.endpoint;
  let sum = value;
  for (let distance = 1; distance < peers.length - first; distance *= 2) {
    const dest = rank + distance;
    const sending = dest < peers.length ? reduction.give(sum, dest) : null;
    const source = rank - distance;
    if (source >= first) sum = reduction.combine(yield* reduction.take(source), sum);
    if (sending !== null) yield* outcome(sending);
  }
  return sum;
}

/** The same for elements: `sum` holds this process' own, and gets the combination. */
export function* doublingScanInto(
  endpoint: CollectiveEndpoint,
  reduction: ElementReduction,
  sum: TypedArray,
  first: number,
  tag: number,
): Steps<void> {
  const { rank, peers } = endpoint;
  for (let distance = 1; distance < peers.length - first; distance *= 2) {
    const dest = rank + distance;
    const source = rank - distance;
    const sends = dest < peers.length;
    const receives = source >= first;
    // What is being sent may not change: where something comes in at the same time, a copy goes out.
    const given = sends && receives ? reduction.takeCopy(endpoint, sum) : sum;
    const receiving = receives ? reduction.receive(endpoint, sum, source, tag) : null;
    const sending = sends ? reduction.send(endpoint, given, dest, tag) : null;
    if (receiving !== null) yield* taken(endpoint, 'scan', receiving);
    if (sending !== null) yield* outcome(sending);
    if (given !== sum) endpoint.scratch.giveBack(given);
  }
}
