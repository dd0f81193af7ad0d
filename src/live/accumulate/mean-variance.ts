/**
 * Mean and variance of arrays, element by element, by Welford's recurrence, which loses no digits to large means; two of
 * them merge by the formula of Chan, Golub and LeVeque:
 *
 *     δ = m₂ − m₁,  n = n₁ + n₂      m = m₁ + δ n₂/n      M = M₁ + M₂ + δ² n₁n₂/n
 */
import { type Accumulator, requireLength, requirePositive } from './accumulator.ts';

export interface MeanVarianceState {
  readonly count: number;
  readonly mean: Float64Array;
  /** Sums of the squared deviations from the mean. */
  readonly squares: Float64Array;
}

export class MeanVariance implements Accumulator<MeanVarianceState>, MeanVarianceState {
  count: number = 0;
  mean: Float64Array;
  squares: Float64Array;

  constructor(length: number = 1) {
    requirePositive('means of length', length);
    this.mean = new Float64Array(length);
    this.squares = new Float64Array(length);
  }

  add(array: ArrayLike<number>): void {
    const { mean, squares } = this;
    requireLength('mean', array.length, mean.length);
    this.count += 1;
    for (let index = 0; index < mean.length; index += 1) {
      const value = array[index]!;
      const before = value - mean[index]!;
      mean[index]! += before / this.count;
      squares[index]! += before * (value - mean[index]!);
    }
  }

  /** Of the sample (n − 1); NaN below two values. */
  variance(): Float64Array {
    return this.squares.map((squares) => (this.count < 2 ? NaN : squares / (this.count - 1)));
  }

  /** Variance of the mean. */
  varianceOfMean(): Float64Array {
    return this.variance().map((variance) => variance / this.count);
  }

  state(): MeanVarianceState {
    return { count: this.count, mean: this.mean, squares: this.squares };
  }

  merge(other: MeanVarianceState): void {
    const { mean, squares } = this;
    requireLength('mean', other.mean.length, mean.length);
    requireLength('mean', other.squares.length, mean.length);
    if (other.count === 0) return;
    const count = this.count + other.count;
    for (let index = 0; index < mean.length; index += 1) {
      const difference = other.mean[index]! - mean[index]!;
      mean[index]! += (difference * other.count) / count;
      squares[index]! += other.squares[index]! + (difference * difference * this.count * other.count) / count;
    }
    this.count = count;
  }

  reset(): void {
    this.count = 0;
    this.mean = new Float64Array(this.mean.length);
    this.squares = new Float64Array(this.squares.length);
  }
}
