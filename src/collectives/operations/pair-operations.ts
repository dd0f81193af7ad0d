/**
 * MINLOC and MAXLOC: an extreme and where it is (MPI-4.1 §6.9.4). On `{ value, index }` pairs, or on typed arrays in which
 * values and indices take turns:
 *
 *     [value, index, value, index, …]
 *
 * Of equal values the lowest index wins. NaN counts as the extreme of both, as with MAX and MIN.
 */
import { MPIError } from '../../errors/mpi-error.ts';
import { elementTypeOf, isTypedArray, type TypedArray } from '../../wire/element-type.ts';
import { describe } from './arithmetic.ts';
import { compileElementLoop } from './element-loop.ts';
import type { ElementCombinations } from './element-reduction.ts';
import { type Op, Operator } from './op.ts';

/** A value and where it was found; what MINLOC and MAXLOC work on. */
interface ValueAndIndex {
  readonly value: number | bigint;
  readonly index: number;
}

class PairOperator extends Operator {
  readonly #shortName: string;
  /** Whether `b` is further out than `a`, NaN aside. */
  readonly #isBeyond: (b: number | bigint, a: number | bigint) => boolean;
  readonly #beyond: string;

  constructor(
    shortName: string,
    isBeyond: (b: number | bigint, a: number | bigint) => boolean,
    beyond: string,
  ) {
    super(`MPI_${shortName}`, true);
    this.#shortName = shortName;
    this.#isBeyond = isBeyond;
    this.#beyond = beyond;
  }

  override check(value: unknown): void {
    if (isPair(value)) return;
    if (isTypedArray(value)) {
      this.checkElements(elementTypeOf(value), value.length);
      return;
    }
    throw new MPIError(
      'MPI_ERR_OP',
      `Cannot apply ${this.#shortName} to ${describe(value)}: { value, index } is wanted, value a number or bigint and index a number, or a typed array of pairs`,
    );
  }

  override checkElements(_elementType: number, length: number): void {
    if (length % 2 === 0) return;
    throw new MPIError(
      'MPI_ERR_COUNT',
      `Cannot apply ${this.#shortName} to ${String(length)} elements: value, index, value, index, … are wanted, so an even number`,
    );
  }

  override combine(a: unknown, b: unknown): unknown {
    if (isPair(a) && isPair(b) && typeof a.value === typeof b.value) return this.#outer(a, b);
    if (
      isTypedArray(a) &&
      isTypedArray(b) &&
      elementTypeOf(a) === elementTypeOf(b) &&
      a.length === b.length
    ) {
      const result = Uint8Array.prototype.slice.call(a) as TypedArray;
      this.elements(elementTypeOf(a)).withHigher.combine(result, 0, b, 0, b.length);
      return result;
    }
    throw new MPIError(
      'MPI_ERR_OP',
      `Cannot apply ${this.#shortName} to ${describe(a)} and ${describe(b)}: every process must give the same kind of pairs, and as many`,
    );
  }

  #outer(a: ValueAndIndex, b: ValueAndIndex): ValueAndIndex {
    const aIsNaN = Number.isNaN(a.value);
    const bIsNaN = Number.isNaN(b.value);
    if (a.value === b.value || (aIsNaN && bIsNaN)) return b.index < a.index ? b : a;
    if (aIsNaN || bIsNaN) return aIsNaN ? a : b;
    return this.#isBeyond(b.value, a.value) ? b : a;
  }

  protected override combinationsOf(elementType: number): ElementCombinations {
    const text = `
      const a = target[k], b = source[k + shift], index = source[k + 1 + shift];
      const same = a === b || (a !== a && b !== b);
      if (same ? index < target[k + 1] : b !== b || b ${this.#beyond} a) { target[k] = b; target[k + 1] = index; }`;
    const combination = {
      elementType,
      width: 2,
      combine: compileElementLoop({ text, width: 2 }),
      foreign: false,
    };
    return { withHigher: combination, withLower: combination };
  }
}

function isPair(value: unknown): value is ValueAndIndex {
  if (typeof value !== 'object' || value === null) return false;
  const { value: found, index } = value as Partial<ValueAndIndex>;
  return (typeof found === 'number' || typeof found === 'bigint') && typeof index === 'number';
}

/** The least value and the lowest index that has it (MPI_MINLOC). */
export const MINLOC: Op = new PairOperator('MINLOC', (b, a) => b < a, '<');
/** The greatest value and the lowest index that has it (MPI_MAXLOC). */
export const MAXLOC: Op = new PairOperator('MAXLOC', (b, a) => b > a, '>');
