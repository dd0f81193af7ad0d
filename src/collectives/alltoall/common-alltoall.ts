/**
 * Alltoall in common memory: everybody puts its parts for all others there, and takes what all others have put there for it.
 *
 *     p = 3    0: │ – b c │    1: │ d – f │    2: │ g h – │       1 takes b and h
 *
 * Longer parts go by stages. Cost: α, and (p − 1)nβ to write and as much to read.
 *
 * Long ones are read from where they lie, where the system lets processes do that. Cost: 2α + (p − 1)nβ.
 */
import type { Blocks } from '../blocks.ts';
import { kindOfCall } from '../common/call.ts';
import type { Exchange } from '../common/exchange.ts';

const VERB = 'alltoall';

/** What a member of `size` gives and takes. */
export function alltoallExchange(size: number, parts: Blocks, recv: Blocks): Exchange {
  const what = kindOfCall(VERB, parts.elementType);
  const partFor = (member: number): Uint8Array => parts.of(member).bytes;
  return { verb: VERB, what, given: parts.bytes, parts: size, length: parts.lengthOf(0), partFor, recv };
}
