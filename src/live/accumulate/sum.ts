/**
 * Sums of arrays, element by element, in float64: exact for integers up to 2^53, where float32 loses single counts from 2^24 on.
 * {@link IntegerSum} goes on to 2^63.
 */
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

  constructor(length: number) {
    requirePositive('a sum of length', length);
    this.values = new BigInt64Array(length);
  }

  /** Numbers have to be whole. */
  add(array: ArrayLike<number> | ArrayLike<bigint>): void {
    const { values } = this;
    requireLength('sum', array.length, values.length);
    for (let index = 0; index < values.length; index += 1) values[index]! += BigInt(array[index]!);
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
