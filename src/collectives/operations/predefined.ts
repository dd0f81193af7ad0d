/**
 * The standard's operations on numbers (MPI-4.1 §6.9.2). All commute, and all give the same whatever the order and the
 * algorithm, but for the rounding of floating-point sums and products.
 *
 * MAX and MIN of anything and NaN are NaN, so that no algorithm's order can hide it; and 0 is greater than −0.
 */
import { ArithmeticOperator } from './arithmetic.ts';
import type { Op } from './op.ts';

const isInt32 = (value: number): boolean => (value | 0) === value;

/** JavaScript's own operators see 32 bits of a number alone. */
function bitwise(
  onInt32: (a: number, b: number) => number,
  onBigints: (a: bigint, b: bigint) => bigint,
): (a: number, b: number) => number {
  return (a, b) => (isInt32(a) && isInt32(b) ? onInt32(a, b) : Number(onBigints(BigInt(a), BigInt(b))));
}

const logical = (name: string, onBooleans: (a: boolean, b: boolean) => boolean, operator: string): Op =>
  new ArithmeticOperator({
    name,
    integersOnly: true,
    onNumbers: (a, b) => (onBooleans(a !== 0, b !== 0) ? 1 : 0),
    onBigints: (a, b) => (onBooleans(a !== 0n, b !== 0n) ? 1n : 0n),
    onBooleans,
    elements: `(a !== 0) ${operator} (b !== 0) ? 1 : 0`,
    bigElements: `(a !== 0n) ${operator} (b !== 0n) ? 1n : 0n`,
  });

/** Adds numbers, bigints or elements (MPI_SUM). */
export const SUM: Op = new ArithmeticOperator({
  name: 'SUM',
  onNumbers: (a, b) => a + b,
  onBigints: (a, b) => a + b,
  elements: 'a + b',
});
/** Multiplies (MPI_PROD). */
export const PROD: Op = new ArithmeticOperator({
  name: 'PROD',
  onNumbers: (a, b) => a * b,
  onBigints: (a, b) => a * b,
  elements: 'a * b',
  elements32: 'Math.imul(a, b)',
});
/** The greatest; NaN where there is one (MPI_MAX). */
export const MAX: Op = new ArithmeticOperator({
  name: 'MAX',
  onNumbers: (a, b) => Math.max(a, b),
  onBigints: (a, b) => (b > a ? b : a),
  elements: 'Math.max(a, b)',
  bigElements: 'b > a ? b : a',
});
/** The least; NaN where there is one (MPI_MIN). */
export const MIN: Op = new ArithmeticOperator({
  name: 'MIN',
  onNumbers: (a, b) => Math.min(a, b),
  onBigints: (a, b) => (b < a ? b : a),
  elements: 'Math.min(a, b)',
  bigElements: 'b < a ? b : a',
});
/** Whether all are true, or not 0: of booleans a boolean, of integers 1 or 0 (MPI_LAND). */
export const LAND: Op = logical('LAND', (a, b) => a && b, '&&');
/** Whether any is (MPI_LOR). */
export const LOR: Op = logical('LOR', (a, b) => a || b, '||');
/** Whether an odd number of them is (MPI_LXOR). */
export const LXOR: Op = logical('LXOR', (a, b) => a !== b, '!==');
/** The bits that all have (MPI_BAND). */
export const BAND: Op = new ArithmeticOperator({
  name: 'BAND',
  integersOnly: true,
  onNumbers: bitwise(
    (a, b) => a & b,
    (a, b) => a & b,
  ),
  onBigints: (a, b) => a & b,
  elements: 'a & b',
});
/** The bits that any has (MPI_BOR). */
export const BOR: Op = new ArithmeticOperator({
  name: 'BOR',
  integersOnly: true,
  onNumbers: bitwise(
    (a, b) => a | b,
    (a, b) => a | b,
  ),
  onBigints: (a, b) => a | b,
  elements: 'a | b',
});
/** The bits that an odd number of them has (MPI_BXOR). */
export const BXOR: Op = new ArithmeticOperator({
  name: 'BXOR',
  integersOnly: true,
  onNumbers: bitwise(
    (a, b) => a ^ b,
    (a, b) => a ^ b,
  ),
  onBigints: (a, b) => a ^ b,
  elements: 'a ^ b',
});
