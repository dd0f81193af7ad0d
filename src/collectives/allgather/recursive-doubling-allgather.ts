/**
 * Allgather by recursive doubling: in round k everybody exchanges all that it has with the process whose rank differs
 * in bit k. Ranks that have the same data are always consecutive, so everything comes straight into its place.
 *
 *     p = 4    round 0   0 ↔ 1   2 ↔ 3        round 1   01 ↔ 23
 *
 * For powers of two alone; best for short data. Cost: log₂ p α + (p − 1) nβ.
 */
import { outcome, type Steps } from '../../engine/task.ts';
import { arrival, expect } from '../arrival.ts';
import type { Blocks } from '../blocks.ts';
import type { CollectiveEndpoint } from '../collective.ts';
import { give } from '../notices.ts';

export const isPowerOfTwo = (size: number): boolean => (size & (size - 1)) === 0;

/** Fills everybody's block, which are of equal length and packed; the own one is filled already. */
export function* recursiveDoublingAllgatherInto(
  endpoint: CollectiveEndpoint,
  blocks: Blocks,
  tag: number,
): Steps<void> {
  const { rank } = endpoint;
  const size = endpoint.peers.length;
  const length = blocks.lengthOf(0);
  const { elementType } = blocks;
  for (let distance = 1; distance < size; distance *= 2) {
    const partner = rank ^ distance;
    const partOf = (of: number): Uint8Array => {
      const first = of & -distance;
      return blocks.bytes.subarray(first * length, (first + distance) * length);
    };
    const expected = expect(endpoint, { elementType, bytes: partOf(partner) }, partner, tag);
    const sending = give(endpoint, { elementType, bytes: partOf(rank) }, partner, tag);
    yield* arrival(endpoint, 'allgather', expected);
    yield* outcome(sending);
  }
}
