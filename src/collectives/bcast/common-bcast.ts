/**
 * Broadcast in common memory: the root puts its data there once, and everybody takes it from there.
 *
 *     p = 4    root → │ data │ → 1, 2, 3
 *
 * Short data takes one stage, and the root waits for nobody: it is up to seven stages ahead. Long data goes by stages, through the slots
 * of all members one after the other, so that the root writes on while the others read.
 *
 * Cost: 2α + 2nβ, whatever p is, as far as the others read side by side.
 */
import type { Payload } from '../../engine/receive-payload.ts';
import type { Steps } from '../../engine/task.ts';
import { copyBytes } from '../../wire/copy-bytes.ts';
import type { CollectiveEndpoint } from '../collective.ts';
import { checkCall, checkCalls, kindOfCall } from '../common/call.ts';
import { LINES_EACH, slotBytes } from '../common/common-layout.ts';
import type { Call, CommonMemory } from '../common/common-memory.ts';

const VERB = 'broadcast';

export function* commonBcastInto(
  endpoint: CollectiveEndpoint,
  memory: CommonMemory,
  payload: Payload,
  root: number,
  tag: number,
): Steps<void> {
  const { elementType, bytes } = payload;
  const call = { tag, what: kindOfCall(VERB, elementType, root), bytes: bytes.length };
  if (bytes.length > slotBytes(memory.size)) return yield* inStages(endpoint, memory, bytes, root, call);
  const isRoot = endpoint.rank === root;
  yield* memory.room(isRoot ? bytes.length : 0);
  if (isRoot) memory.put(bytes, 0, bytes.length);
  const stage = memory.publish(call);
  if (isRoot) return;
  yield* memory.until(root, stage);
  take(endpoint, memory, bytes, root, stage, call);
}

/** What a member gives or takes, and the kind of its call. */
export interface CommonBcast {
  readonly what: number;
  readonly bytes: Uint8Array;
  readonly root: number;
}

export const commonBcastOf = ({ elementType, bytes }: Payload, root: number): CommonBcast => ({
  what: kindOfCall(VERB, elementType, root),
  bytes,
  root,
});

/** The same of short data with the thread blocked. */
export function commonBcastIntoBlocked(
  endpoint: CollectiveEndpoint,
  memory: CommonMemory,
  { what, bytes, root }: CommonBcast,
  tag: number,
): void {
  const call = { tag, what, bytes: bytes.length };
  const isRoot = endpoint.rank === root;
  memory.blockForRoom(isRoot ? bytes.length : 0, VERB);
  if (isRoot) memory.put(bytes, 0, bytes.length);
  const stage = memory.publish(call);
  if (isRoot) return;
  memory.blockUntil(root, stage, VERB);
  take(endpoint, memory, bytes, root, stage, call);
}

function take(
  endpoint: CollectiveEndpoint,
  memory: CommonMemory,
  bytes: Uint8Array,
  root: number,
  stage: number,
  call: Call,
): void {
  checkCall(endpoint, memory, stage, call, root);
  memory.copyTo(bytes, memory.placeOf(root, stage, bytes.length));
}

function* inStages(
  endpoint: CollectiveEndpoint,
  memory: CommonMemory,
  bytes: Uint8Array,
  root: number,
  call: Call,
): Steps<void> {
  const isRoot = endpoint.rank === root;
  const most = slotBytes(memory.size);
  const first = memory.next;
  // The slots of all members in turn, with the parity of the stage; a line lets the root be less far ahead than that.
  const ahead = Math.min(2 * memory.size, LINES_EACH) - 1;
  const slotOf = (stage: number): number => memory.slotOf((((stage - first) | 0) >> 1) % memory.size, stage);
  for (let at = 0; at < bytes.length; at += most) {
    const stage = memory.next;
    const size = Math.min(most, bytes.length - at);
    if (at === 0) yield* memory.room(most);
    else if (isRoot) {
      const behind = (stage - ahead) | 0;
      yield* memory.untilAll(((behind - first) | 0) > 0 ? behind : first);
    }
    if (isRoot) copyBytes(bytes, at, size, memory.bytes, slotOf(stage));
    memory.publish(at === 0 ? call : null);
    if (at === 0) {
      yield* memory.untilAll(stage);
      checkCalls(endpoint, memory, stage, call);
    }
    if (isRoot) continue;
    yield* memory.until(root, stage);
    copyBytes(memory.bytes, slotOf(stage), size, bytes, at);
  }
}
