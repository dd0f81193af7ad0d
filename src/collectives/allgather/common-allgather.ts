/**
 * Allgather in common memory: everybody puts its block there once, and takes those of all others from there.
 *
 *     p = 4    0 → │ a │ b │ c │ d │ → everybody
 *
 * Long blocks go by stages; who is at one part reads it while others write the next. Cost: α, and nβ to write, (p − 1)nβ to read.
 */
import type { Payload } from '../../engine/receive-payload.ts';
import type { Steps } from '../../engine/task.ts';
import { copyBytes } from '../../wire/copy-bytes.ts';
import type { Blocks } from '../blocks.ts';
import type { CollectiveEndpoint } from '../collective.ts';
import { callFor, checkCalls } from '../common/call.ts';
import { slotBytes } from '../common/common-layout.ts';
import type { CommonMemory } from '../common/common-memory.ts';

const VERB = 'allgather';

/** Fills all blocks of `recv` but the own one, which may be where `own` lies. */
export function* commonAllgatherInto(
  endpoint: CollectiveEndpoint,
  memory: CommonMemory,
  { elementType, bytes: own }: Payload,
  recv: Blocks,
  tag: number,
): Steps<void> {
  const { rank, size } = memory;
  const call = callFor(VERB, tag, own.length, elementType);
  let at = 0;
  do {
    const part = Math.min(slotBytes(memory.size), own.length - at);
    yield* memory.room(part);
    memory.put(own, at, part);
    const stage = memory.publish(at === 0 ? call : null);
    if (at === 0) {
      yield* memory.untilAll(stage);
      checkCalls(endpoint, memory, stage, call);
    }
    for (let step = 1; step < size; step++) {
      const source = rank + step < size ? rank + step : rank + step - size;
      if (!memory.hasReached(source, stage)) yield* memory.until(source, stage);
      take(memory, source, stage, part, recv, at);
    }
    at += slotBytes(memory.size);
  } while (at < own.length);
}

/** The same of short blocks with the thread blocked. */
export function commonAllgatherIntoBlocked(
  endpoint: CollectiveEndpoint,
  memory: CommonMemory,
  { elementType, bytes: own }: Payload,
  recv: Blocks,
  tag: number,
): void {
  const call = callFor(VERB, tag, own.length, elementType);
  memory.blockForRoom(own.length, VERB);
  memory.put(own, 0, own.length);
  const stage = memory.publish(call);
  memory.blockUntilAll(stage, VERB);
  checkCalls(endpoint, memory, stage, call);
  for (let source = 0; source < memory.size; source++)
    if (source !== memory.rank) take(memory, source, stage, own.length, recv, 0);
}

function take(
  memory: CommonMemory,
  source: number,
  stage: number,
  bytes: number,
  recv: Blocks,
  at: number,
): void {
  const from = memory.placeOf(source, stage, bytes);
  copyBytes(memory.bytes, from, bytes, recv.bytes, recv.startOf(source) + at);
}
