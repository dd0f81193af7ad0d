/**
 * Alltoall in common memory: everybody puts its parts for all others there, and takes what all others have put there for it.
 *
 *     p = 3    0: │ – b c │    1: │ d – f │    2: │ g h – │       1 takes b and h
 *
 * Long parts go by stages. Cost: α, and (p − 1)nβ to write and as much to read.
 */
import type { Steps } from '../../engine/task.ts';
import { copyBytes } from '../../wire/copy-bytes.ts';
import type { Blocks } from '../blocks.ts';
import type { CollectiveEndpoint } from '../collective.ts';
import { callFor, checkCalls } from '../common/call.ts';
import { LINE_BYTES, slotBytes } from '../common/common-layout.ts';
import type { CommonMemory } from '../common/common-memory.ts';

const VERB = 'alltoall';

/** Fills all blocks of `recv` but the own one. */
export function* commonAlltoallInto(
  endpoint: CollectiveEndpoint,
  memory: CommonMemory,
  parts: Blocks,
  recv: Blocks,
  tag: number,
): Steps<void> {
  const { rank, size } = memory;
  const whole = parts.lengthOf(0);
  const call = callFor(VERB, tag, whole, parts.elementType);
  const most = bytesAtOnce(size);
  let at = 0;
  do {
    const part = Math.min(most, whole - at);
    const together = part * size;
    yield* memory.room(together);
    putAll(memory, parts, at, part);
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
    at += most;
  } while (at < whole);
}

/** The same of short parts with the thread blocked: of {@link bytesAtOnce} at most. */
export function commonAlltoallIntoBlocked(
  endpoint: CollectiveEndpoint,
  memory: CommonMemory,
  parts: Blocks,
  recv: Blocks,
  tag: number,
): void {
  const part = parts.lengthOf(0);
  const call = callFor(VERB, tag, part, parts.elementType);
  memory.blockForRoom(part * memory.size, VERB);
  putAll(memory, parts, 0, part);
  const stage = memory.publish(call);
  memory.blockUntilAll(stage, VERB);
  checkCalls(endpoint, memory, stage, call);
  for (let source = 0; source < memory.size; source++)
    if (source !== memory.rank) take(memory, source, stage, part, recv, 0);
}

/** The most of each part that one stage takes. */
export const bytesAtOnce = (size: number): number =>
  Math.floor(slotBytes(size) / size / LINE_BYTES) * LINE_BYTES;

/** Puts `bytes` of each part, from `at` on, one behind the other into the next stage's place. */
function putAll(memory: CommonMemory, parts: Blocks, at: number, bytes: number): void {
  const { rank, size } = memory;
  const own = memory.placeOf(rank, memory.next, bytes * size);
  for (let step = 1; step < size; step++) {
    const dest = rank + step < size ? rank + step : rank + step - size;
    copyBytes(parts.bytes, parts.startOf(dest) + at, bytes, memory.bytes, own + dest * bytes);
  }
}

function take(
  memory: CommonMemory,
  source: number,
  stage: number,
  bytes: number,
  recv: Blocks,
  at: number,
): void {
  const from = memory.placeOf(source, stage, bytes * memory.size) + memory.rank * bytes;
  copyBytes(memory.bytes, from, bytes, recv.bytes, recv.startOf(source) + at);
}
