/**
 * Allgather in common memory: everybody puts its block there once, and takes those of all others from there.
 *
 *     p = 4    0 → │ a │ b │ c │ d │ → everybody
 *
 * Longer blocks go by stages; who is at one part reads it while others write the next. Cost: α, and nβ to write, (p − 1)nβ to read.
 */
import type { Payload } from '../../engine/receive-payload.ts';
import type { Steps } from '../../engine/task.ts';
import type { Blocks } from '../blocks.ts';
import type { CollectiveEndpoint } from '../collective.ts';
import { callFor } from '../common/call.ts';
import type { CommonMemory } from '../common/common-memory.ts';
import { type Exchange, exchange, exchangeBlocked } from '../common/exchange.ts';

const VERB = 'allgather';

/** Fills all blocks of `recv` but the own one, which may be where `own` lies. */
export function commonAllgatherInto(
  endpoint: CollectiveEndpoint,
  memory: CommonMemory,
  own: Payload,
  recv: Blocks,
  tag: number,
): Steps<void> {
  return exchange(endpoint, memory, exchangeOf(own, recv, tag));
}

/** The same of short blocks with the thread blocked. */
export function commonAllgatherIntoBlocked(
  endpoint: CollectiveEndpoint,
  memory: CommonMemory,
  own: Payload,
  recv: Blocks,
  tag: number,
): void {
  exchangeBlocked(endpoint, memory, exchangeOf(own, recv, tag));
}

function exchangeOf({ elementType, bytes }: Payload, recv: Blocks, tag: number): Exchange {
  const { length } = bytes;
  return { verb: VERB, call: callFor(VERB, tag, length, elementType), given: bytes, parts: 1, length, recv };
}
