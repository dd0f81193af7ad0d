/**
 * Allgather in common memory: everybody puts its block there once, and takes those of all others from there.
 *
 *     p = 4    0 → │ a │ b │ c │ d │ → everybody
 *
 * Longer blocks go by stages; who is at one part reads it while others write the next. Cost: α, and nβ to write, (p − 1)nβ to read.
 */
import type { Payload } from '../../engine/receive-payload.ts';
import type { Blocks } from '../blocks.ts';
import { kindOfCall } from '../common/call.ts';
import type { Exchange } from '../common/exchange.ts';

const VERB = 'allgather';

/** What a member gives and takes: `own`, which may lie in its block of `recv`. */
export function allgatherExchange({ elementType, bytes }: Payload, recv: Blocks): Exchange {
  return {
    verb: VERB,
    what: kindOfCall(VERB, elementType),
    given: bytes,
    parts: 1,
    length: bytes.length,
    partFor: () => bytes,
    recv,
  };
}
