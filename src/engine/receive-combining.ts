/**
 * A receive whose data is combined with what is there already, instead of overwriting it: the heart of every reduction
 * of buffers. The elements are taken out of the frames as they lie in shared memory, part by part as they come; nothing is
 * copied to a temporary place first.
 *
 *     frames in the ring      │ a b c d │ e f g h │ …
 *                                 │         │          elements = elements ∘ data   (or data ∘ elements)
 *     elements                │ A B C D   E F G H   …
 *
 * A part that ends in the middle of an element, or begins at an odd address, takes a copy (transports that share memory
 * keep parts aligned). What has been combined cannot be given back: from then on the receive does not let itself be
 * withdrawn.
 *
 * An operation of the program's own is no guest of the engine, in the middle of whose progress it could ask for more
 * progress, or throw: its elements are kept, and combined when the receive is taken.
 */
import { MPIError } from '../errors/mpi-error.ts';
import { elementBytes, elementTypeName, type TypedArray, typedArrayOver } from '../wire/element-type.ts';
import type { Frame } from '../wire/frame.ts';
import type { Landing } from './landing.ts';
import type { MatchContext } from './match-context.ts';
import type { OperationDriver } from './operation.ts';
import type { Party } from './party.ts';
import { ReceiveOperation } from './receive-operation.ts';

/** Combines `count` elements of `source` from `from` on with those of `target` from `at` on, which get the result. */
export type CombineElements = (
  target: TypedArray,
  at: number,
  source: TypedArray,
  from: number,
  count: number,
) => void;

/** How arriving elements are combined with those that are there. */
export interface Combination {
  readonly elementType: number;
  /** Elements that are combined together: 2 for pairs, else 1. */
  readonly width: number;
  readonly combine: CombineElements;
  /** It calls a function of the program's. */
  readonly foreign: boolean;
}

const NOTHING = new Uint8Array(0);

export class ReceiveCombining extends ReceiveOperation<void> {
  readonly #combination: Combination;
  readonly #elements: TypedArray;
  readonly #rank: number;
  /** Bytes that have been combined. */
  #combined = 0;
  /** The beginning of an element whose end is in the next part, and how much of it there is. */
  #split: Uint8Array | null = null;
  #splitBytes = 0;
  /** What a function of the program's is to combine. */
  #kept: Uint8Array | null = null;
  #placed: Uint8Array | null = null;

  /** `rank` is this process' own, for errors. */
  constructor(
    driver: OperationDriver,
    context: MatchContext,
    rank: number,
    source: number,
    tag: number,
    combination: Combination,
    elements: TypedArray,
  ) {
    super(driver, context, source, tag);
    this.#rank = rank;
    this.#combination = combination;
    this.#elements = elements;
  }

  override refusal(elementType: number, source: number): MPIError | null {
    const wanted = this.#combination.elementType;
    if (elementType === wanted) return null;
    const sent = elementType === 0 ? 'a value' : `elements of a ${elementTypeName(elementType)}`;
    return new MPIError(
      'MPI_ERR_TYPE',
      `Cannot reduce on ${this.context.label()}: rank ${String(source)} sent ${sent} and this process (rank ${String(this.#rank)}) has ` +
        `those of a ${elementTypeName(wanted)}; every process must give the same kind of array`,
    );
  }

  override matchParts(
    peer: Party,
    source: number,
    tag: number,
    elementType: number,
    length: number,
  ): Landing {
    const landing = super.matchParts(peer, source, tag, elementType, length);
    if (this.lent && !this.done) landing.combiner = this;
    return landing;
  }

  protected override place(length: number): Uint8Array {
    if (this.#isOfOtherLength(length)) return NOTHING;
    const { buffer, byteOffset } = this.#elements;
    this.#placed = this.lent ? new Uint8Array(buffer, byteOffset, length) : this.freshPlace(length);
    return this.#placed;
  }

  protected override get lent(): boolean {
    return !this.#combination.foreign;
  }

  protected override get placed(): Uint8Array | null {
    return this.#placed;
  }

  protected override takeFrame(frame: Frame): void {
    if (this.#isOfOtherLength(frame.size)) return;
    if (this.lent) this.combinePart(frame.data, frame.start, frame.size);
    else this.#kept = frame.data.slice(frame.start, frame.start + frame.size);
  }

  protected override takeBytes(bytes: Uint8Array): void {
    if (this.done || this.#isOfOtherLength(bytes.length)) return;
    if (this.lent) this.combinePart(bytes, 0, bytes.length);
    else this.#kept = bytes;
  }

  protected override takePlace(place: Uint8Array): void {
    if (!this.lent) this.#kept = place;
  }

  override withdraw(reason: unknown): boolean {
    return this.#combined + this.#splitBytes === 0 && super.withdraw(reason);
  }

  /** The next part of the message: `size` bytes of `data` from `start`. */
  combinePart(data: Uint8Array, start: number, size: number): void {
    const { elementType, width, combine } = this.#combination;
    const each = elementBytes(elementType);
    const unit = each * width;
    const begin = this.#splitBytes === 0 ? 0 : this.#completeSplit(data, start, size, unit);
    const whole = Math.floor((size - begin) / unit) * unit;
    if (whole > 0) {
      const address = data.byteOffset + start + begin;
      const source =
        address % each === 0
          ? typedArrayOver(elementType, data.buffer, address, whole / each)
          : this.#copied(data, start + begin, whole);
      combine(this.#elements, this.#combined / each, source, 0, whole / each);
      this.#combined += whole;
    }
    if (begin + whole < size) this.#keepSplit(data.subarray(start + begin + whole, start + size), unit);
  }

  /** Combines the element that the last part ended in as soon as it is whole; the bytes that this takes. */
  #completeSplit(data: Uint8Array, start: number, size: number, unit: number): number {
    const split = this.#split!;
    const missing = Math.min(unit - this.#splitBytes, size);
    split.set(data.subarray(start, start + missing), this.#splitBytes);
    this.#splitBytes += missing;
    if (this.#splitBytes === unit) {
      this.#splitBytes = 0;
      this.combinePart(split, 0, unit);
    }
    return missing;
  }

  #keepSplit(rest: Uint8Array, unit: number): void {
    this.#split ??= new Uint8Array(unit);
    this.#split.set(rest, this.#splitBytes);
    this.#splitBytes += rest.length;
  }

  #copied(data: Uint8Array, start: number, size: number): TypedArray {
    const copy = new Uint8Array(size);
    copy.set(data.subarray(start, start + size));
    const { elementType } = this.#combination;
    return typedArrayOver(elementType, copy.buffer, 0, size / elementBytes(elementType));
  }

  /** Fails where the message has another length than the elements. */
  #isOfOtherLength(length: number): boolean {
    const wanted = this.#elements.byteLength;
    if (length === wanted) return false;
    this.fail(
      new MPIError(
        length > wanted ? 'MPI_ERR_TRUNCATE' : 'MPI_ERR_COUNT',
        `Cannot reduce on ${this.context.label()}: rank ${String(this.matchedSource)} sent ${String(length)} bytes and this process (rank ${String(this.#rank)}) ` +
          `expects ${String(wanted)}; every process must give as many elements`,
      ),
    );
    return true;
  }

  /** Called once, by the step of the reduction that has waited for it. */
  protected override result(): void {
    const kept = this.#kept;
    if (kept === null) return;
    this.#kept = null;
    this.combinePart(kept, 0, kept.length);
  }
}
