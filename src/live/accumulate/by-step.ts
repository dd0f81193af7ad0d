/** One accumulator for each step of a scan, made when the step is first met. */
import { type Accumulator, requirePositive } from './accumulator.ts';

type StateOf<A> = A extends Accumulator<infer State> ? State : never;

export interface ByStepState<State> {
  readonly steps: ReadonlyMap<number, State>;
}

/**
 * ```ts
 * const byStep = new ByStep(() => new Sum(704));
 * byStep.at(update.step ?? 0).add(update.array('spectrum', Float64Array));
 * ```
 */
export class ByStep<A extends Accumulator<unknown>> implements Accumulator<ByStepState<StateOf<A>>> {
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

  state(): ByStepState<StateOf<A>> {
    const states = this.steps().map(([step, each]): [number, StateOf<A>] => [
      step,
      each.state() as StateOf<A>,
    ]);
    return { steps: new Map(states) };
  }

  merge({ steps }: ByStepState<StateOf<A>>): void {
    for (const [step, state] of steps) this.at(step).merge(state);
  }

  reset(): void {
    this.#steps = new Map();
  }
}
