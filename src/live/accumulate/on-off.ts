/**
 * Two kinds of shots (pump on, pump off) and the difference of their means, with its error. The shots without pump are kept in
 * two halves by turns: their difference has to be zero within its error, which is the null test of the whole chain.
 *
 *     difference = mean(on) − mean(off)      variance = var(on)/n_on + var(off)/n_off
 *     null test: χ²/ndf of mean(off, even) − mean(off, odd), 1 where nothing is wrong
 *
 * The errors are estimated from the shots themselves, so each term of the null test is the square of Student's t with ν = n_off − 2
 * degrees of freedom, whose mean is not 1 but ν/(ν − 2). The sum is corrected by that; where ν is small there is no null test.
 */
import type { Accumulator } from './accumulator.ts';
import { MeanVariance, type MeanVarianceState } from './mean-variance.ts';

export interface OnOffState {
  readonly on: MeanVarianceState;
  readonly offEven: MeanVarianceState;
  readonly offOdd: MeanVarianceState;
}

/** Fewer shots without pump say little: the squares scatter far beyond what χ² would. */
const NULL_TEST_SHOTS_MIN = 20;

export interface NullTest {
  /** Corrected for errors that are estimates: where nothing is wrong its mean is the number of degrees of freedom. */
  readonly chiSquare: number;
  /** Elements whose error is known and not zero. */
  readonly degreesOfFreedom: number;
  /** χ²/ndf; NaN where there are fewer than 20 shots without pump. */
  readonly reduced: number;
}

export class OnOff implements Accumulator<OnOffState> {
  readonly #length: number;
  readonly #on: MeanVariance;
  readonly #offEven: MeanVariance;
  readonly #offOdd: MeanVariance;
  #offShots = 0;

  constructor(length: number) {
    this.#length = length;
    this.#on = new MeanVariance(length);
    this.#offEven = new MeanVariance(length);
    this.#offOdd = new MeanVariance(length);
  }

  get onCount(): number {
    return this.#on.count;
  }

  get offCount(): number {
    return this.#offEven.count + this.#offOdd.count;
  }

  add(array: ArrayLike<number>, isOn: boolean): void {
    if (isOn) return this.#on.add(array);
    (this.#offShots % 2 === 0 ? this.#offEven : this.#offOdd).add(array);
    this.#offShots += 1;
  }

  onMean(): Float64Array {
    return this.#on.mean;
  }

  offMean(): Float64Array {
    return this.#off().mean;
  }

  /** For one shot: it does not grow with their number. */
  difference(): Float64Array {
    const off = this.#off().mean;
    return this.#on.mean.map((mean, index) => mean - off[index]!);
  }

  /** One standard deviation of the difference. */
  error(): Float64Array {
    return errorOf(this.#on, this.#off());
  }

  /** Nothing, with 0 degrees of freedom, where there are fewer than 20 shots without pump, or fewer than two in a half. */
  nullTest(): NullTest {
    if (this.offCount < NULL_TEST_SHOTS_MIN) return { chiSquare: 0, degreesOfFreedom: 0, reduced: NaN };
    const freedom = this.offCount - 2;
    const error = errorOf(this.#offEven, this.#offOdd);
    let chiSquare = 0;
    let degreesOfFreedom = 0;
    error.forEach((sigma, index) => {
      if (!(sigma > 0)) return;
      chiSquare += ((this.#offEven.mean[index]! - this.#offOdd.mean[index]!) / sigma) ** 2;
      degreesOfFreedom += 1;
    });
    chiSquare *= (freedom - 2) / freedom;
    return { chiSquare, degreesOfFreedom, reduced: chiSquare / degreesOfFreedom };
  }

  state(): OnOffState {
    return { on: this.#on.state(), offEven: this.#offEven.state(), offOdd: this.#offOdd.state() };
  }

  merge({ on, offEven, offOdd }: OnOffState): void {
    this.#on.merge(on);
    this.#offEven.merge(offEven);
    this.#offOdd.merge(offOdd);
  }

  reset(): void {
    this.#on.reset();
    this.#offEven.reset();
    this.#offOdd.reset();
  }

  #off(): MeanVariance {
    const off = new MeanVariance(this.#length);
    off.merge(this.#offEven);
    off.merge(this.#offOdd);
    return off;
  }
}

function errorOf(a: MeanVariance, b: MeanVariance): Float64Array {
  const other = b.varianceOfMean();
  return a.varianceOfMean().map((variance, index) => Math.sqrt(variance + other[index]!));
}
