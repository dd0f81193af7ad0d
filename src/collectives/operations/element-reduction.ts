/**
 * A reduction of elements as its algorithms see it: sending elements, receiving some, and receiving some that are combined
 * with what is here.
 */
import type { Operation } from '../../engine/operation.ts';
import { bytesOf, elementTypeOf, type TypedArray, typedArrayOf } from '../../wire/element-type.ts';
import { receiveCombined, sendPayload } from '../../p2p/payload.ts';
import { type Expected, expect } from '../arrival.ts';
import type { CollectiveEndpoint } from '../collective.ts';
import type { ElementCombinations, Operator } from './op.ts';

export class ElementReduction {
  readonly commutative: boolean;
  readonly elementType: number;
  /** Elements that may not be torn apart: 2 for pairs, else 1. */
  readonly width: number;
  readonly #combinations: ElementCombinations;

  constructor(elementType: number, commutative: boolean, combinations: ElementCombinations) {
    this.commutative = commutative;
    this.elementType = elementType;
    this.#combinations = combinations;
    this.width = combinations.withHigher.width;
  }

  /** Starts to send elements, which may not change before it is complete. */
  send(endpoint: CollectiveEndpoint, elements: TypedArray, dest: number, tag: number): Operation<void> {
    return sendPayload(endpoint, { elementType: this.elementType, bytes: bytesOf(elements) }, dest, tag);
  }

  /** Starts to receive as many elements into `elements`; wait for it by `arrival`. */
  expect(endpoint: CollectiveEndpoint, elements: TypedArray, source: number, tag: number): Expected {
    return expect(endpoint, { elementType: this.elementType, bytes: bytesOf(elements) }, source, tag);
  }

  /**
   * Starts to receive as many elements and to combine them with `elements`: from the right where they come from a
   * higher rank, else from the left.
   */
  receive(
    endpoint: CollectiveEndpoint,
    elements: TypedArray,
    source: number,
    tag: number,
    isHigher: boolean = source > endpoint.rank,
  ): Operation<void> {
    const { withHigher, withLower } = this.#combinations;
    return receiveCombined(endpoint, isHigher ? withHigher : withLower, elements, source, tag);
  }

  /** `lower = lower ∘ higher`. */
  combine(lower: TypedArray, higher: TypedArray): void {
    this.#combinations.withHigher.combine(lower, 0, higher, 0, lower.length);
  }

  /** As many new elements. */
  newElements(length: number): TypedArray {
    return typedArrayOf(this.elementType, length)!;
  }

  /** A copy. */
  copyOf(elements: TypedArray): TypedArray {
    const copy = this.newElements(elements.length);
    copyElements(elements, copy);
    return copy;
  }
}

/** Copies elements of one class to as many; nothing where they are the same. */
export function copyElements(from: TypedArray, to: TypedArray): void {
  if (from.buffer === to.buffer && from.byteOffset === to.byteOffset) return;
  bytesOf(to).set(bytesOf(from));
}

/** The reduction of these elements by an operation. */
export function elementReduction(operator: Operator, own: TypedArray): ElementReduction {
  const elementType = elementTypeOf(own);
  operator.checkElements(elementType, own.length);
  return new ElementReduction(elementType, operator.commutative, operator.elements(elementType));
}
