/** One accumulator for each step of a scan, made when the step is first met. */
import { type Accumulator, requirePositive } from './accumulator.ts';

export interface ByStepState<State> {
  readonly steps: ReadonlyMap<number, State>;
}

export class ByStep<State, A extends Accumulator<State>> implements Accumulator<ByStepState<State>> {
  readonly #make: (step: number) => A;
  readonly #stepsMax: number;
  #steps = new Map<number, A>();

  /** Where there are more than `stepsMax` steps, 65,536 by default, the one with the lowest number gives way. */
  constructor(make: (step: number) => A, stepsMax: number = 65_536) {
    requirePositive('a limit of steps of', stepsMax);
    this.#make = make;
    this.#stepsMax = stepsMax;
  }

  at(step: number): A {
    let accumulator = this.#steps.get(step);
    if (accumulator === undefined) {
      this.#steps.set(step, (accumulator = this.#make(step)));
      if (this.#steps.size > this.#stepsMax) this.#steps.delete(Math.min(...this.#steps.keys()));
    }
    return accumulator;
  }

  /** In rising order. */
  steps(): [step: number, accumulator: A][] {
    return [...this.#steps].sort(([a], [b]) => a - b);
  }

  state(): ByStepState<State> {
    return { steps: new Map(this.steps().map(([step, accumulator]) => [step, accumulator.state()])) };
  }

  merge({ steps }: ByStepState<State>): void {
    for (const [step, state] of steps) this.at(step).merge(state);
  }

  reset(): void {
    this.#steps = new Map();
  }
}
