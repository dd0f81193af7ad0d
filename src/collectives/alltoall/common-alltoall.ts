/**
 * Alltoall in common memory: everybody puts its parts for all others there, and takes what all others have put there for it.
 *
 *     p = 3    0: │ – b c │    1: │ d – f │    2: │ g h – │       1 takes b and h
 *
 * Longer parts go by stages. Cost: α, and (p − 1)nβ to write and as much to read.
 *
 * Long ones are read from where they lie, where the system lets processes do that. Cost: 2α + (p − 1)nβ.
 */
import type { Steps } from '../../engine/task.ts';
import type { Blocks } from '../blocks.ts';
import type { CollectiveEndpoint } from '../collective.ts';
import { callFor } from '../common/call.ts';
import type { CommonMemory } from '../common/common-memory.ts';
import { type Exchange, exchange, exchangeBlocked } from '../common/exchange.ts';

const VERB = 'alltoall';

/** Fills all blocks of `recv` but the own one. */
export function commonAlltoallInto(
  endpoint: CollectiveEndpoint,
  memory: CommonMemory,
  parts: Blocks,
  recv: Blocks,
  tag: number,
): Steps<void> {
  return exchange(endpoint, memory, exchangeOf(memory, parts, recv, tag));
}

/** The same of short parts with the thread blocked: of as much as one stage takes. */
export function commonAlltoallIntoBlocked(
  endpoint: CollectiveEndpoint,
  memory: CommonMemory,
  parts: Blocks,
  recv: Blocks,
  tag: number,
): void {
  exchangeBlocked(endpoint, memory, exchangeOf(memory, parts, recv, tag));
}

function exchangeOf({ size }: CommonMemory, parts: Blocks, recv: Blocks, tag: number): Exchange {
  const length = parts.lengthOf(0);
  const call = callFor(VERB, tag, length, parts.elementType);
  return { verb: VERB, call, given: parts.bytes, parts: size, length, recv };
}
