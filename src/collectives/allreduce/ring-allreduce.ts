/**
 * Reduction to everybody around a ring: p parts of the vector go round, and everybody adds its own to what passes; when a
 * part has been everywhere it goes round once more as the result.
 *
 *     p = 3    step 0    0 ─A0→ 1 ─B1→ 2 ─C2→ 0            Xr: part X as summed up to rank r
 *              step 1    0 ─C0→ 1 ─A1→ 2 ─B2→ 0            then 0 has B, 1 has C, 2 has A: whole
 *
 * For long data; the load is even for any p, where halving needs a power of two. Only for operations that commute. Cost:
 * 2(p−1) α + 2n(p−1)/p β + n(p−1)/p γ.
 */
import { outcome, type Steps } from '../../engine/task.ts';
import type { TypedArray } from '../../wire/element-type.ts';
import { arrival } from '../arrival.ts';
import type { CollectiveEndpoint } from '../collective.ts';
import { copyElements, type ElementReduction } from '../operations/element-reduction.ts';
import { taken } from '../notices.ts';

export function* ringAllreduceInto(
  endpoint: CollectiveEndpoint,
  reduction: ElementReduction,
  own: TypedArray,
  result: TypedArray,
  tag: number,
): Steps<void> {
  const { rank, peers } = endpoint;
  const size = peers.length;
  const next = (rank + 1) % size;
  const previous = (rank + size - 1) % size;
  const pairs = own.length / reduction.width;
  const bound = (part: number): number => Math.floor((part * pairs) / size) * reduction.width;
  const part = (of: TypedArray, step: number): TypedArray => {
    const index = (step + 2 * size) % size;
    return of.subarray(bound(index), bound(index + 1));
  };
  copyElements(part(own, rank), part(result, rank));
  for (let step = 0; step < size - 1; step++) {
    const sum = part(result, rank - step - 1);
    copyElements(part(own, rank - step - 1), sum);
    const receiving = reduction.receive(endpoint, sum, previous, tag);
    const sending = reduction.send(endpoint, part(result, rank - step), next, tag);
    yield* taken(endpoint, 'allreduce', receiving);
    yield* outcome(sending);
  }
  for (let step = 0; step < size - 1; step++) {
    const expected = reduction.expect(endpoint, part(result, rank - step), previous, tag);
    const sending = reduction.send(endpoint, part(result, rank + 1 - step), next, tag);
    yield* arrival(endpoint, 'allreduce', expected);
    yield* outcome(sending);
  }
}
