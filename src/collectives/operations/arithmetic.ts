/**
 * Operations on numbers, bigints, booleans where they are logical, and typed arrays element by element. Which operation
 * goes with which type is the standard's table (MPI-4.1 §6.9.2): logical and bitwise ones want integers.
 *
 * Integers wrap around as their class does (a Uint8ClampedArray stays at its ends instead). A program's plain numbers
 * are doubles; the bitwise operations take those that are integers.
 */
import { MPIError } from '../../errors/mpi-error.ts';
import {
  BIGINT64,
  BIGUINT64,
  elementTypeName,
  elementTypeOf,
  FLOAT16,
  FLOAT32,
  FLOAT64,
  INT32,
  isTypedArray,
  type TypedArray,
  UINT32,
} from '../../wire/element-type.ts';
import { compileElementLoop } from './element-loop.ts';
import type { ElementCombinations } from './element-reduction.ts';
import { Operator } from './op.ts';

/** What an operation does to numbers, to bigints, and to elements `a` and `b` of an array (element-loop.ts). */
export interface ArithmeticRules {
  readonly name: string;
  readonly integersOnly?: boolean;
  readonly onNumbers: (a: number, b: number) => number;
  readonly onBigints: (a: bigint, b: bigint) => bigint;
  readonly onBooleans?: (a: boolean, b: boolean) => boolean;
  readonly elements: string;
  /** Where they differ on arrays of 32 bits, whose products a number cannot hold, or of bigints. */
  readonly elements32?: string;
  readonly bigElements?: string;
}

const isFloat = (elementType: number): boolean =>
  elementType === FLOAT64 || elementType === FLOAT32 || elementType === FLOAT16;
const is32 = (elementType: number): boolean => elementType === INT32 || elementType === UINT32;
const isBig = (elementType: number): boolean => elementType === BIGINT64 || elementType === BIGUINT64;

export class ArithmeticOperator extends Operator {
  readonly #rules: ArithmeticRules;

  constructor(rules: ArithmeticRules) {
    super(`MPI_${rules.name}`, true);
    this.#rules = rules;
  }

  override check(value: unknown): void {
    const { integersOnly, onBooleans } = this.#rules;
    if (typeof value === 'bigint' || (typeof value === 'boolean' && onBooleans !== undefined)) return;
    if (typeof value === 'number') {
      if (integersOnly !== true || Number.isSafeInteger(value)) return;
      this.#refuse(`the number ${String(value)}`, 'integers that a number can hold are wanted, or bigints');
    }
    if (isTypedArray(value)) {
      this.checkElements(elementTypeOf(value));
      return;
    }
    const hint = Array.isArray(value)
      ? '; of an array of numbers make a typed array, such as Float64Array.from'
      : '; for anything else make an operation with createOp';
    this.#refuse(describe(value), `numbers, bigints or typed arrays are wanted${hint}`);
  }

  override checkElements(elementType: number): void {
    if (this.#rules.integersOnly !== true || !isFloat(elementType)) return;
    this.#refuse(`the elements of a ${elementTypeName(elementType)}`, 'integers are wanted');
  }

  override combine(a: unknown, b: unknown): unknown {
    const { onNumbers, onBigints, onBooleans } = this.#rules;
    if (typeof a === 'number' && typeof b === 'number') return onNumbers(a, b);
    if (typeof a === 'bigint' && typeof b === 'bigint') return onBigints(a, b);
    if (typeof a === 'boolean' && typeof b === 'boolean' && onBooleans !== undefined) return onBooleans(a, b);
    if (isTypedArray(a) && isTypedArray(b)) return this.#combineArrays(a, b);
    return this.#refuse(
      `${describe(a)} and ${describe(b)}`,
      'every process must give the same kind of value',
    );
  }

  #combineArrays(a: TypedArray, b: TypedArray): TypedArray {
    const elementType = elementTypeOf(a);
    if (elementType !== elementTypeOf(b)) {
      this.#refuse(`${describe(a)} and ${describe(b)}`, 'every process must give the same kind of array');
    }
    if (a.length !== b.length) {
      this.#refuse(
        `arrays of ${String(a.length)} and ${String(b.length)} elements`,
        'every process must give as many',
      );
    }
    // Not slice, which for a Buffer is a view of the same memory.
    const result = Uint8Array.prototype.slice.call(a) as TypedArray;
    this.elements(elementType).withHigher.combine(result, 0, b, 0, b.length);
    return result;
  }

  protected override combinationsOf(elementType: number): ElementCombinations {
    const { elements, elements32 = elements, bigElements = elements } = this.#rules;
    const text = isBig(elementType) ? bigElements : is32(elementType) ? elements32 : elements;
    // a∘b is b∘a.
    const combination = { elementType, width: 1, combine: compileElementLoop({ text }), foreign: false };
    return { withHigher: combination, withLower: combination };
  }

  #refuse(what: string, wanted: string): never {
    throw new MPIError('MPI_ERR_OP', `Cannot apply ${this.#rules.name} to ${what}: ${wanted}`);
  }
}

/** What a value is, in a word. */
export function describe(value: unknown): string {
  if (value === null || typeof value !== 'object') return value === null ? 'null' : typeof value;
  return (value as { constructor?: { name?: string } }).constructor?.name ?? 'an object';
}
