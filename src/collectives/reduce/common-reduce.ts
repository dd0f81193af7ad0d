/**
 * Reductions in common memory: everybody puts its elements there once, and whoever combines them reads them where they lie, in the
 * order of the ranks. So operations that do not commute are right, and whoever combines the same gets the same, to the last bit.
 *
 *     short     one stage     the root, or everybody, combines all                 ((0 ∘ 1) ∘ 2) ∘ 3
 *     long      in stages     each member combines a share of every part for all
 *
 *     stage s     each puts part s │ each combines its share of part s − 1 │ the root, or everybody, takes part s − 1
 *
 * Cost: short α + nβ + (p − 1)nγ; long about nβ to write and nβ to read, and (p − 1)/p nγ.
 */
import type { Steps } from '../../engine/task.ts';
import { bytesOf, elementBytes, type TypedArray } from '../../wire/element-type.ts';
import { copyBytes } from '../../wire/copy-bytes.ts';
import type { CollectiveEndpoint } from '../collective.ts';
import { type CommonVerb, callFor, checkCalls } from '../common/call.ts';
import { SLOT_BYTES } from '../common/common-layout.ts';
import type { Call, CommonMemory } from '../common/common-memory.ts';
import type { ElementReduction } from '../operations/element-reduction.ts';

/** Up to here whoever needs the result combines all of it; longer than what is short to blocked.ts. */
const WHOLE_BYTES_MAX = 4096;
/** `root` where everybody gets the result. */
export const EVERYBODY = -1;

/** Who takes part, with what. */
interface Part {
  readonly verb: CommonVerb;
  readonly reduction: ElementReduction;
  /** The name of an operation of the standard's. */
  readonly operation: string;
  readonly own: TypedArray;
  /** Null where this process gets none; it may be `own`. */
  readonly result: TypedArray | null;
  readonly root: number;
  readonly tag: number;
}

export function* commonReduceInto(
  endpoint: CollectiveEndpoint,
  memory: CommonMemory,
  part: Part,
): Steps<void> {
  const { verb, reduction, operation, own, root, tag } = part;
  const { elementType } = reduction;
  const call = callFor(verb, tag, own.byteLength, elementType, root, operation);
  yield* own.byteLength <= WHOLE_BYTES_MAX
    ? wholly(endpoint, memory, part, call)
    : byShares(endpoint, memory, part, call);
}

function* wholly(endpoint: CollectiveEndpoint, memory: CommonMemory, part: Part, call: Call): Steps<void> {
  yield* memory.room(call.bytes);
  const stage = putElements(memory, part, call);
  if (part.result === null) return;
  yield* memory.untilAll(stage);
  combineAll(endpoint, memory, part.reduction, part.result, stage, call);
}

/** The same of short data with the thread blocked. */
export function commonReduceIntoBlocked(
  endpoint: CollectiveEndpoint,
  memory: CommonMemory,
  part: Part,
): void {
  const { verb, reduction, operation, own, result, root, tag } = part;
  const call = callFor(verb, tag, own.byteLength, reduction.elementType, root, operation);
  memory.blockForRoom(call.bytes, verb);
  const stage = putElements(memory, part, call);
  if (result === null) return;
  memory.blockUntilAll(stage, verb);
  combineAll(endpoint, memory, reduction, result, stage, call);
}

function combineAll(
  endpoint: CollectiveEndpoint,
  memory: CommonMemory,
  reduction: ElementReduction,
  result: TypedArray,
  stage: number,
  call: Call,
): void {
  checkCalls(endpoint, memory, stage, call);
  const { bytes } = call;
  const { elementType } = reduction;
  const all = memory.elements(elementType);
  const each = elementBytes(elementType);
  takeElements(memory, memory.placeOf(0, stage, bytes), elementType, result);
  for (let member = 1; member < memory.size; member++) {
    const from = memory.placeOf(member, stage, bytes) / each;
    reduction.withHigher.combine(result, 0, all, from, result.length);
  }
}

function* byShares(
  endpoint: CollectiveEndpoint,
  memory: CommonMemory,
  { reduction, own, result }: Part,
  call: Call,
): Steps<void> {
  const { rank, size } = memory;
  const { width, elementType } = reduction;
  const each = elementBytes(elementType);
  const all = memory.elements(elementType);
  const source = bytesOf(own);
  const target = result === null ? null : bytesOf(result);
  const first = memory.next;
  /** Combines this member's share of the elements that were put at that stage. */
  const combine = (stage: number, count: number): void => {
    const share = Math.ceil(count / width / size) * width;
    const begin = Math.min(rank * share, count);
    const length = Math.min(share, count - begin);
    if (length === 0) return;
    const at = memory.resultsOf(stage) / each + begin;
    const firsts = memory.slotOf(0, stage) / each + begin;
    all.copyWithin(at, firsts, firsts + length);
    for (let member = 1; member < size; member++)
      reduction.withHigher.combine(all, at, all, memory.slotOf(member, stage) / each + begin, length);
  };
  for (let at = 0; at < source.length + SLOT_BYTES; at += SLOT_BYTES) {
    const before = at - SLOT_BYTES;
    const isLast = at >= source.length;
    yield* memory.room(SLOT_BYTES);
    const stage = memory.next;
    const previous = (stage - 1) | 0;
    const size = before < 0 ? 0 : Math.min(SLOT_BYTES, source.length - before);
    if (!isLast)
      copyBytes(
        source,
        at,
        Math.min(SLOT_BYTES, source.length - at),
        memory.bytes,
        memory.slotOf(rank, stage),
      );
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
function putElements(memory: CommonMemory, { own, reduction }: Part, call: Call): number {
  const { length } = own;
  const { elementType } = reduction;
  if (length > LOOPED_MAX) memory.put(bytesOf(own), 0, call.bytes);
  else {
    const all = memory.elements(elementType) as Uint8Array;
    const to = memory.placeOf(memory.rank, memory.next, call.bytes) / elementBytes(elementType);
    for (let k = 0; k < length; k++) all[to + k] = (own as Uint8Array)[k]!;
  }
  return memory.publish(call);
}

function takeElements(memory: CommonMemory, at: number, elementType: number, result: TypedArray): void {
  const { length } = result;
  if (length > LOOPED_MAX) return copyBytes(memory.bytes, at, result.byteLength, bytesOf(result), 0);
  const all = memory.elements(elementType) as Uint8Array;
  const from = at / elementBytes(elementType);
  for (let k = 0; k < length; k++) (result as Uint8Array)[k] = all[from + k]!;
}
