/**
 * Alltoall in rounds: in round k everybody sends to the process k ranks above and receives from the one k below, so
 * that each process has one partner in each direction at a time, and nobody is flooded.
 *
 *     p = 4    round 1   0→1→2→3→0      round 2   0→2→0  1→3→1      round 3   0→3→2→1→0
 *
 * The receive of the next round is posted before the present one is waited for. Best for long data. Cost:
 * (p − 1)(α + nβ).
 */
import { outcome, type Steps } from '../../engine/task.ts';
import { arrival, expect, type Expected } from '../arrival.ts';
import type { Blocks } from '../blocks.ts';
import type { CollectiveEndpoint } from '../collective.ts';
import { give } from '../notices.ts';

/** Fills everybody's block; the own one is filled already. */
export function* pairwiseAlltoallInto(
  endpoint: CollectiveEndpoint,
  send: Blocks,
  recv: Blocks,
  tag: number,
): Steps<void> {
  const { rank } = endpoint;
  const size = endpoint.peers.length;
  const receiveRound = (round: number): Expected => {
    const source = (rank - round + size) % size;
    return expect(endpoint, recv.of(source), source, tag);
  };
  let next: Expected | null = size > 1 ? receiveRound(1) : null;
  for (let round = 1; round < size && next !== null; round++) {
    const expected: Expected = next;
    next = round + 1 < size ? receiveRound(round + 1) : null;
    const dest = (rank + round) % size;
    const sending = give(endpoint, send.of(dest), dest, tag);
    yield* arrival(endpoint, 'alltoall', expected);
    yield* outcome(sending);
  }
}
