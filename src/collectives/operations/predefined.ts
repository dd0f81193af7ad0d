/**
 * The standard's operations (MPI-4.1 §6.9.2) on numbers, bigints, booleans where they are logical, and typed arrays
 * element by element. Which operation goes with which type is the standard's table: bitwise ones want integers.
 */
import { MPIError } from '../../errors/mpi-error.ts';
import { elementTypeOf, FLOAT16, FLOAT32, FLOAT64, type TypedArray } from '../../wire/element-type.ts';
import { Operator, type Op } from './op.ts';

const FLOATS: ReadonlySet<number> = new Set([FLOAT16, FLOAT32, FLOAT64]);

type Scalar = number | bigint;
type Rule<T extends Scalar> = (a: T, b: T) => T;

interface Definition {
  readonly name: string;
  readonly onNumbers: Rule<number>;
  readonly onBigints: Rule<bigint>;
  readonly onBooleans?: (a: boolean, b: boolean) => boolean;
  readonly integersOnly?: boolean;
}

const isTypedArray = (value: unknown): value is TypedArray =>
  ArrayBuffer.isView(value) && !(value instanceof DataView);
const isBigArray = (array: TypedArray): array is BigInt64Array | BigUint64Array =>
  array instanceof BigInt64Array || array instanceof BigUint64Array;
const isFloatArray = (array: TypedArray): boolean => FLOATS.has(elementTypeOf(array));
const isInt32 = (value: number): boolean => (value | 0) === value;

function define(definition: Definition): Op {
  const { name, onNumbers, onBigints, onBooleans, integersOnly = false } = definition;

  const refuse = (what: string, wanted: string): never => {
    throw new MPIError('MPI_ERR_OP', `Cannot apply ${name} to ${what}: ${wanted}`);
  };

  const combineInto = (left: TypedArray, right: TypedArray, target: TypedArray): void => {
    if (left.length !== right.length) {
      refuse(
        `arrays of ${String(left.length)} and ${String(right.length)} elements`,
        'every process must give as many',
      );
    }
    if (isBigArray(left) && isBigArray(right) && isBigArray(target)) {
      for (let k = 0; k < target.length; k++) target[k] = onBigints(left[k]!, right[k]!);
    } else if (!isBigArray(left) && !isBigArray(right) && !isBigArray(target)) {
      for (let k = 0; k < target.length; k++) target[k] = onNumbers(left[k]!, right[k]!);
    } else {
      refuse('arrays of bigints and of numbers', 'every process must give the same kind of array');
    }
  };

  const combine = (a: unknown, b: unknown): unknown => {
    if (typeof a === 'number' && typeof b === 'number') {
      // The bits of a number are those of 32-bit integers in JavaScript.
      if (integersOnly && !(isInt32(a) && isInt32(b))) return Number(onBigints(BigInt(a), BigInt(b)));
      return onNumbers(a, b);
    }
    if (typeof a === 'bigint' && typeof b === 'bigint') return onBigints(a, b);
    if (typeof a === 'boolean' && typeof b === 'boolean' && onBooleans !== undefined) return onBooleans(a, b);
    if (isTypedArray(a) && isTypedArray(b) && a.constructor === b.constructor) {
      const target = a.slice();
      combineInto(a, b, target);
      return target;
    }
    return refuse(`${describe(a)} and ${describe(b)}`, 'every process must give the same kind of value');
  };

  const check = (value: unknown): void => {
    if (typeof value === 'bigint' || (typeof value === 'boolean' && onBooleans !== undefined)) return;
    if (typeof value === 'number') {
      if (!integersOnly || Number.isSafeInteger(value)) return;
      refuse(`the number ${String(value)}`, 'integers that a number can hold are wanted, or bigints');
    }
    if (isTypedArray(value)) {
      if (!integersOnly || !isFloatArray(value)) return;
      refuse(`the elements of a ${describe(value)}`, 'integers are wanted');
    }
    refuse(
      describe(value),
      'numbers, bigints or typed arrays are wanted; for anything else make an operation with createOp',
    );
  };

  return new Operator(`MPI_${name}`, true, combine, combineInto, check);
}

function describe(value: unknown): string {
  if (value === null || typeof value !== 'object') return value === null ? 'null' : typeof value;
  return (value as { constructor?: { name?: string } }).constructor?.name ?? 'an object';
}

const logical = (name: string, onTruths: (a: boolean, b: boolean) => boolean): Op =>
  define({
    name,
    onNumbers: (a, b) => (onTruths(a !== 0, b !== 0) ? 1 : 0),
    onBigints: (a, b) => (onTruths(a !== 0n, b !== 0n) ? 1n : 0n),
    onBooleans: onTruths,
  });

export const SUM: Op = define({ name: 'SUM', onNumbers: (a, b) => a + b, onBigints: (a, b) => a + b });
export const PROD: Op = define({ name: 'PROD', onNumbers: (a, b) => a * b, onBigints: (a, b) => a * b });
export const MAX: Op = define({
  name: 'MAX',
  onNumbers: (a, b) => (b > a ? b : a),
  onBigints: (a, b) => (b > a ? b : a),
});
export const MIN: Op = define({
  name: 'MIN',
  onNumbers: (a, b) => (b < a ? b : a),
  onBigints: (a, b) => (b < a ? b : a),
});
export const LAND: Op = logical('LAND', (a, b) => a && b);
export const LOR: Op = logical('LOR', (a, b) => a || b);
export const LXOR: Op = logical('LXOR', (a, b) => a !== b);
export const BAND: Op = define({
  name: 'BAND',
  integersOnly: true,
  onNumbers: (a, b) => a & b,
  onBigints: (a, b) => a & b,
});
export const BOR: Op = define({
  name: 'BOR',
  integersOnly: true,
  onNumbers: (a, b) => a | b,
  onBigints: (a, b) => a | b,
});
export const BXOR: Op = define({
  name: 'BXOR',
  integersOnly: true,
  onNumbers: (a, b) => a ^ b,
  onBigints: (a, b) => a ^ b,
});
