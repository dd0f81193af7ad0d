/**
 * A reduction of elements as its algorithms see it: sending elements, receiving some, and receiving some that are combined
 * with what is here.
 */
import type { Operation } from '../../engine/operation.ts';
import type { Combination } from '../../engine/receive-combining.ts';
import type { Payload } from '../../engine/receive-payload.ts';
import { bytesOf, type TypedArray, typedArrayOf } from '../../wire/element-type.ts';
import { receiveCombined } from '../../p2p/payload.ts';
import { type Expected, expect } from '../arrival.ts';
import type { CollectiveEndpoint } from '../collective.ts';
import { give } from '../notices.ts';

/** How elements are combined with those of other ranks: `elements = elements ∘ theirs`, or the other way around. */
export interface ElementCombinations {
  readonly withHigher: Combination;
  readonly withLower: Combination;
}

/** Elements with the form in which they arrive. */
export interface Scratch {
  readonly elements: TypedArray;
  readonly payload: Payload;
}

export class ElementReduction implements ElementCombinations {
  readonly commutative: boolean;
  readonly elementType: number;
  /** Elements that may not be torn apart: 2 for pairs, else 1. */
  readonly width: number;
  readonly withHigher: Combination;
  readonly withLower: Combination;

  /** Where arriving elements lie for a moment: {@link scratch}. */
  #scratch: Scratch | null = null;

  constructor(elementType: number, commutative: boolean, { withHigher, withLower }: ElementCombinations) {
    this.commutative = commutative;
    this.elementType = elementType;
    this.withHigher = withHigher;
    this.withLower = withLower;
    this.width = withHigher.width;
  }

  /** The form in which elements travel; no copy. */
  payloadOf(elements: TypedArray): Payload {
    return { elementType: this.elementType, bytes: bytesOf(elements) };
  }

  /** The same of short elements that may be passed again, and so have it already. */
  recentPayloadOf({ recent }: CollectiveEndpoint, elements: TypedArray): Payload {
    return recent.payloadOf(this.elementType, elements);
  }

  /** Starts to send elements, which may not change before it is complete. */
  send(endpoint: CollectiveEndpoint, elements: TypedArray, dest: number, tag: number): Operation<void> {
    return give(endpoint, this.payloadOf(elements), dest, tag);
  }

  /** Starts to receive as many elements into `elements`; wait for it by `arrival`. */
  expect(endpoint: CollectiveEndpoint, elements: TypedArray, source: number, tag: number): Expected {
    return expect(endpoint, this.payloadOf(elements), source, tag);
  }

  /**
   * Starts to receive as many elements and to combine them with `elements`: from the right where they come from a
   * higher rank, else from the left. Wait for it by `taken`.
   */
  receive(
    endpoint: CollectiveEndpoint,
    elements: TypedArray,
    source: number,
    tag: number,
    isHigher: boolean = source > endpoint.rank,
  ): Operation<void> {
    const combination = isHigher ? this.withHigher : this.withLower;
    return receiveCombined(endpoint, combination, elements, source, tag);
  }

  /** `lower = lower ∘ higher`. */
  combine(lower: TypedArray, higher: TypedArray): void {
    this.withHigher.combine(lower, 0, higher, 0, lower.length);
  }

  /** Room for as many elements, for this collective until it gives it back; with anything in it. */
  take({ scratch }: CollectiveEndpoint, length: number): TypedArray {
    return scratch.take(this.elementType, length);
  }

  /** A copy, for as long. */
  takeCopy(endpoint: CollectiveEndpoint, elements: TypedArray): TypedArray {
    const copy = this.take(endpoint, elements.length);
    copyElements(elements, copy);
    return copy;
  }

  /**
   * Room for as many elements, the same again where that is asked for again: for who takes them out before anything else
   * can happen.
   */
  scratch(length: number): Scratch {
    if (this.#scratch?.elements.length === length) return this.#scratch;
    const elements = typedArrayOf(this.elementType, length)!;
    this.#scratch = { elements, payload: this.payloadOf(elements) };
    return this.#scratch;
  }
}

/** Below this it is quicker to copy than to ask whether there is anything to copy. */
const COPIED_ANYWAY_MAX = 64;
/** Up to here a loop beats the call of TypedArray.prototype.set. */
const LOOPED_MAX = 8;

/** Copies elements of one class to as many, which may be the same ones. */
export function copyElements(from: TypedArray, to: TypedArray): void {
  const { length } = from;
  if (from === to) return;
  if (length > COPIED_ANYWAY_MAX && from.buffer === to.buffer && from.byteOffset === to.byteOffset) return;
  if (length > LOOPED_MAX) (to as Uint8Array).set(from as Uint8Array);
  else for (let k = 0; k < length; k++) (to as Uint8Array)[k] = (from as Uint8Array)[k]!;
}
