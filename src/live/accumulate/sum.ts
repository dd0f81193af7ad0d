/**
 * Sums of arrays, element by element, in float64: exact for integers up to 2^53, where float32 loses single counts from 2^24 on.
 * {@link IntegerSum} goes on to 2^63.
 */
import { MPIError } from '../../index.ts';
import { type Accumulator, requireLength, requirePositive } from './accumulator.ts';

export interface SumState {
  /** Arrays that were added. */
  readonly count: number;
  readonly values: Float64Array;
}

export class Sum implements Accumulator<SumState>, SumState {
  values: Float64Array;
  count: number = 0;

  constructor(length: number) {
    requirePositive('a sum of length', length);
    this.values = new Float64Array(length);
  }

  /** γ: one addition for each element. */
  add(array: ArrayLike<number>): void {
    const { values } = this;
    requireLength('sum', array.length, values.length);
    for (let index = 0; index < values.length; index += 1) values[index]! += array[index]!;
    this.count += 1;
  }

  /** A mean of what was added; NaN where nothing was. */
  mean(): Float64Array {
    return this.values.map((value) => value / this.count);
  }

  state(): SumState {
    return { count: this.count, values: this.values };
  }

  merge({ count, values }: SumState): void {
    this.add(values);
    this.count += count - 1;
  }

  reset(): void {
    this.values = new Float64Array(this.values.length);
    this.count = 0;
  }
}

export interface IntegerSumState {
  readonly count: number;
  readonly values: BigInt64Array;
}

export class IntegerSum implements Accumulator<IntegerSumState>, IntegerSumState {
  values: BigInt64Array;
  count: number = 0;
  /** What the values become when all elements have been found to be right. */
  readonly #next: BigInt64Array;

  constructor(length: number) {
    requirePositive('a sum of length', length);
    this.values = new BigInt64Array(length);
    this.#next = new BigInt64Array(length);
  }

  /**
   * Adds a whole array, or nothing of it.
   *
   * @throws {MPIError} MPI_ERR_ARG for a number that is not whole, and for a sum that would leave −2^63 … 2^63 − 1.
   */
  add(array: ArrayLike<number> | ArrayLike<bigint>): void {
    const { values } = this;
    requireLength('sum', array.length, values.length);
    for (let index = 0; index < values.length; index += 1) {
      const sum = values[index]! + wholeOf(array[index]!, index);
      if (BigInt.asIntN(64, sum) !== sum)
        throw new MPIError(
          'MPI_ERR_ARG',
          `Cannot add ${array[index]!} to element ${index} of a sum of integers: the sum ${sum} has no place in 64 bits`,
        );
      this.#next[index] = sum;
    }
    values.set(this.#next);
    this.count += 1;
  }

  state(): IntegerSumState {
    return { count: this.count, values: this.values };
  }

  merge({ count, values }: IntegerSumState): void {
    this.add(values);
    this.count += count - 1;
  }

  reset(): void {
    this.values = new BigInt64Array(this.values.length);
    this.count = 0;
  }
}

function wholeOf(value: number | bigint, index: number): bigint {
  if (typeof value === 'bigint' || Number.isInteger(value)) return BigInt(value);
  throw new MPIError(
    'MPI_ERR_ARG',
    `Cannot add ${value} to element ${index} of a sum of integers: a whole number is wanted`,
  );
}
