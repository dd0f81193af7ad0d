/**
 * Barrier in common memory: everybody publishes a stage, and waits until all have.
 *
 *     p = 4    0: 7    1: 7    2: 6    3: 7       1 waits for 2 alone
 *
 * Cost: α, and the p − 1 lines of the others are read.
 */
import type { Steps } from '../../engine/task.ts';
import type { CollectiveEndpoint } from '../collective.ts';
import { checkCalls, kindOfCall } from '../common/call.ts';
import type { CommonMemory } from '../common/common-memory.ts';

const WHAT = kindOfCall('barrier');

export function* commonBarrier(endpoint: CollectiveEndpoint, memory: CommonMemory, tag: number): Steps<void> {
  const call = { tag, what: WHAT, bytes: 0 };
  yield* memory.room(0);
  const stage = memory.publish(call);
  if (!memory.haveAllReached(stage)) yield* memory.untilAll(stage);
  checkCalls(endpoint, memory, stage, call);
}

/** The same with the thread blocked. */
export function commonBarrierBlocked(
  endpoint: CollectiveEndpoint,
  memory: CommonMemory,
  _data: null,
  tag: number,
): void {
  const call = { tag, what: WHAT, bytes: 0 };
  memory.blockForRoom(0, 'barrier');
  const stage = memory.publish(call);
  memory.blockUntilAll(stage, 'barrier');
  checkCalls(endpoint, memory, stage, call);
}
