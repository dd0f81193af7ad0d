/**
 * Reductions in common memory: everybody puts its elements there once, and whoever combines them reads them where they lie, in the
 * order of the ranks. So operations that do not commute are right, and whoever combines the same gets the same, to the last bit.
 *
 *     wholly        whoever needs the result combines all           0: ((0 ∘ 1) ∘ 2) ∘ 3
 *     by shares     each member combines a share for all
 *
 *     stage s     each puts part s │ each combines its share of part s − 1 │ the root, or everybody, takes part s − 1
 *
 * Cost: wholly nβ to write, (p − 1)nγ for whoever combines; by shares nβ to write, (p − 1)/p nγ, nβ to read, and for each
 * part everybody waits once more.
 */
import type { Steps } from '../../engine/task.ts';
import { bytesOf, elementBytes, type TypedArray } from '../../wire/element-type.ts';
import { copyBytes } from '../../wire/copy-bytes.ts';
import type { CollectiveEndpoint } from '../collective.ts';
import { type CommonVerb, checkCalls, kindOfCall } from '../common/call.ts';
import { slotBytes } from '../common/common-layout.ts';
import type { Call, CommonMemory } from '../common/common-memory.ts';
import type { ElementReduction } from '../operations/element-reduction.ts';
import type { VectorLoop } from '../operations/vector-loops.ts';

/** Up to here whoever needs the result combines all of it; longer than what is short to blocked.ts. */
const WHOLE_BYTES_MAX = 4096;
/** Up to so many members the root does with any length: meanwhile the others put their next elements, or are roots themselves. */
const WHOLE_MEMBERS_MAX = 4;
/** Below this the element loops are as fast. */
const VECTOR_BYTES_MIN = 512;
/** `root` where everybody gets the result. */
export const EVERYBODY = -1;

/** Who takes part, with what. */
export interface Part {
  readonly verb: CommonVerb;
  /** The kind of the call. */
  readonly what: number;
  readonly reduction: ElementReduction;
  /** The name of an operation of the standard's. */
  readonly operation: string;
  readonly own: TypedArray;
  /** Null where this process gets none; it may be `own`. */
  readonly result: TypedArray | null;
  readonly root: number;
  /** The bytes of both. */
  readonly source: Uint8Array;
  readonly target: Uint8Array | null;
}

/** What this process gives to a reduction of a predefined operation of that name, and where it wants the result. */
export function partOf(
  verb: CommonVerb,
  reduction: ElementReduction,
  operation: string,
  own: TypedArray,
  result: TypedArray | null,
  root: number,
): Part {
  const what = kindOfCall(verb, reduction.elementType, root, operation);
  const [source, target] = [bytesOf(own), result === null ? null : bytesOf(result)];
  return { verb, what, reduction, operation, own, result, root, source, target };
}

export function* commonReduceInto(
  endpoint: CollectiveEndpoint,
  memory: CommonMemory,
  part: Part,
  tag: number,
): Steps<void> {
  const { what, own, root } = part;
  const call = { tag, what, bytes: own.byteLength };
  yield* combinesWholly(memory.size, root, own.byteLength)
    ? wholly(endpoint, memory, part, call)
    : byShares(endpoint, memory, part, call);
}

const combinesWholly = (size: number, root: number, bytes: number): boolean =>
  bytes <= WHOLE_BYTES_MAX ||
  (root !== EVERYBODY && size <= WHOLE_MEMBERS_MAX) ||
  // Two who want the result have as much to do either way; wholly they wait once less.
  (size === 2 && bytes <= slotBytes(size));

function* wholly(endpoint: CollectiveEndpoint, memory: CommonMemory, part: Part, call: Call): Steps<void> {
  const { source, result, target } = part;
  const { bytes } = call;
  const most = slotBytes(memory.size);
  let at = 0;
  do {
    const size = Math.min(most, bytes - at);
    yield* memory.room(size);
    memory.put(source, at, size);
    const stage = memory.publish(at === 0 ? call : null);
    const isCompared = at === 0 && bytes > most;
    if (result !== null || isCompared) yield* memory.untilAll(stage);
    if (at === 0 && (result !== null || isCompared)) checkCalls(endpoint, memory, stage, call);
    if (result !== null && target !== null) combineAll(memory, part, result, target, at, stage, size);
    at += most;
  } while (at < bytes);
}

/** The same of short data with the thread blocked. */
export function commonReduceIntoBlocked(
  endpoint: CollectiveEndpoint,
  memory: CommonMemory,
  part: Part,
  tag: number,
): void {
  const { verb, what, own, result, target } = part;
  const call = { tag, what, bytes: own.byteLength };
  memory.blockForRoom(call.bytes, verb);
  const stage = putElements(memory, part, call);
  if (result === null || target === null) return;
  memory.blockUntilAll(stage, verb);
  checkCalls(endpoint, memory, stage, call);
  combineAll(memory, part, result, target, 0, stage, call.bytes);
}

/** Combines what everybody has put into a stage, `bytes` of it, and puts it into the result from byte `at` on. */
function combineAll(
  memory: CommonMemory,
  { reduction, operation }: Part,
  result: TypedArray,
  target: Uint8Array,
  at: number,
  stage: number,
  bytes: number,
): void {
  const { elementType } = reduction;
  const loop = bytes < VECTOR_BYTES_MIN ? null : (memory.vectors?.of(operation, elementType) ?? null);
  if (loop !== null) {
    combineVectors(memory, loop, memory.ownAt, (member) => memory.placeOf(member, stage, bytes), bytes);
    takeBytes(memory, memory.ownAt, target, at, bytes);
    return;
  }
  const all = memory.elements(elementType);
  const each = elementBytes(elementType);
  const first = memory.placeOf(0, stage, bytes);
  if (bytes / each > LOOPED_MAX) takeBytes(memory, first, target, at, bytes);
  else takeElements(all, first / each, result, at / each, bytes / each);
  for (let member = 1; member < memory.size; member++) {
    const from = memory.placeOf(member, stage, bytes) / each;
    reduction.withHigher.combine(result, at / each, all, from, bytes / each);
  }
}

/** Combines elements of all members, which lie at these places, in the order of the ranks. */
function combineVectors(
  memory: CommonMemory,
  loop: VectorLoop,
  target: number,
  placeOf: (member: number) => number,
  bytes: number,
): void {
  loop(target, placeOf(0), placeOf(1), bytes);
  for (let member = 2; member < memory.size; member++) loop(target, target, placeOf(member), bytes);
}

function* byShares(
  endpoint: CollectiveEndpoint,
  memory: CommonMemory,
  { reduction, operation, source, target }: Part,
  call: Call,
): Steps<void> {
  const { rank, size } = memory;
  const { width, elementType } = reduction;
  const each = elementBytes(elementType);
  const all = memory.elements(elementType);
  const first = memory.next;
  const most = slotBytes(size);
  /** Combines this member's share of the elements that were put at that stage. */
  const combine = (stage: number, count: number): void => {
    const share = Math.ceil(count / width / size) * width;
    const begin = Math.min(rank * share, count);
    const length = Math.min(share, count - begin);
    if (length === 0) return;
    const bytes = length * each;
    const to = memory.resultsOf(stage) + begin * each;
    const placeOf = (member: number): number => memory.slotOf(member, stage) + begin * each;
    const loop = bytes < VECTOR_BYTES_MIN ? null : (memory.vectors?.of(operation, elementType) ?? null);
    if (loop !== null) return combineVectors(memory, loop, to, placeOf, bytes);
    memory.bytes.copyWithin(to, placeOf(0), placeOf(0) + bytes);
    for (let member = 1; member < size; member++)
      reduction.withHigher.combine(all, to / each, all, placeOf(member) / each, length);
  };
  for (let at = 0; at < source.length + most; at += most) {
    const before = at - most;
    const isLast = at >= source.length;
    yield* memory.room(most);
    const stage = memory.next;
    const previous = (stage - 1) | 0;
    const size = before < 0 ? 0 : Math.min(most, source.length - before);
    if (!isLast)
      copyBytes(source, at, Math.min(most, source.length - at), memory.bytes, memory.slotOf(rank, stage));
    if (before >= 0) combine(previous, size / each);
    memory.publish(stage === first ? call : null);
    if (isLast && target === null) return;
    yield* memory.untilAll(stage);
    if (stage === first) checkCalls(endpoint, memory, stage, call);
    if (before >= 0 && target !== null)
      copyBytes(memory.bytes, memory.resultsOf(previous), size, target, before);
  }
}

/** Up to so many elements a loop beats the views of bytes that copying them takes. */
const LOOPED_MAX = 16;

/** Puts all elements into the next stage, and publishes it. Which one it is. */
function putElements(memory: CommonMemory, { own, source, reduction }: Part, call: Call): number {
  const { length } = own;
  const { elementType } = reduction;
  if (length > LOOPED_MAX) memory.put(source, 0, call.bytes);
  else {
    const all = memory.elements(elementType) as Uint8Array;
    const to = memory.placeOf(memory.rank, memory.next, call.bytes) / elementBytes(elementType);
    for (let k = 0; k < length; k++) all[to + k] = (own as Uint8Array)[k]!;
  }
  return memory.publish(call);
}

function takeElements(all: TypedArray, from: number, result: TypedArray, at: number, length: number): void {
  for (let k = 0; k < length; k++) (result as Uint8Array)[at + k] = (all as Uint8Array)[from + k]!;
}

function takeBytes(memory: CommonMemory, from: number, target: Uint8Array, at: number, bytes: number): void {
  if (bytes === target.length) memory.copyTo(target, from);
  else copyBytes(memory.bytes, from, bytes, target, at);
}
