/**
 * A protocol of several steps as one operation. Its text is a generator that yields the operations it waits for; it
 * is written once and driven three ways: advanced in the background (this class, awaited or dropped), or run by a
 * blocked thread ({@link runBlocking}).
 */
import { Operation, type OperationDriver } from './operation.ts';
import type { Status } from './request.ts';
import { describeWait, type WaitDescription, type WaitingVerb } from './wait-description.ts';

/** What a protocol yields: any operation; it goes on with the outcome. */
export type Steps<T> = Generator<Operation<unknown>, T, void>;

export class Task<T> extends Operation<T> {
  readonly #steps: Steps<T>;
  readonly #onAdvanced: (pending: boolean) => void;
  readonly #reporter: Operation<unknown> | null;
  readonly #verb: WaitingVerb | null;
  #value: T | undefined = undefined;
  #waitsFor: Operation<unknown> | null = null;

  /**
   * Starts at once. `onAdvanced` hears whether the task is still under way; the task's status is that of `reporter`,
   * one of the operations it waits for, where there is one. `verb` is what the program has called.
   */
  constructor(
    driver: OperationDriver,
    steps: Steps<T>,
    onAdvanced: (pending: boolean) => void,
    reporter: Operation<unknown> | null = null,
    verb: WaitingVerb | null = null,
  ) {
    super(driver);
    this.#steps = steps;
    this.#onAdvanced = onAdvanced;
    this.#reporter = reporter;
    this.#verb = verb;
    onAdvanced(true);
    this.#advance();
  }

  #advance(): void {
    // Given up in the meantime: the last step has only now heard of it.
    if (this.done) return;
    this.#waitsFor = null;
    try {
      for (let step = this.#steps.next(); ; step = this.#steps.next()) {
        if (step.done === true) {
          this.#value = step.value;
          this.#onAdvanced(false);
          this.complete();
          return;
        }
        const operation = step.value;
        if (operation.done) continue;
        this.#waitsFor = operation;
        operation.onEnd = () => this.driver.whenReady(() => this.#advance());
        return;
      }
    } catch (error) {
      this.#onAdvanced(false);
      this.fail(error);
    }
  }

  /** Gives up: the step under way is taken back, and the protocol ends with this reason. */
  override withdraw(reason: unknown): boolean {
    if (this.done) return false;
    this.#waitsFor?.withdraw(reason);
    this.#onAdvanced(false);
    this.fail(reason);
    return true;
  }

  override needsEventLoop(): boolean {
    return this.#waitsFor?.needsEventLoop() ?? false;
  }

  override describe(): WaitDescription {
    const what = describeWait(this.#waitsFor, this.#verb);
    return this.limit === null ? what : { ...what, open: true };
  }

  protected override completedStatus(): Status {
    return this.#reporter?.status() ?? super.completedStatus();
  }

  protected override result(): T {
    return this.#value as T;
  }
}

/** Runs a protocol while the thread is blocked; `verb` is what the program has called. */
export function runBlocking<T>(driver: OperationDriver, steps: Steps<T>, verb: WaitingVerb | null = null): T {
  for (let step = steps.next(); ; step = steps.next()) {
    if (step.done === true) return step.value;
    if (step.value.done) continue;
    try {
      driver.block(step.value, verb);
    } catch (refusal) {
      // Nothing could ever end the wait: the step fails, and the protocol hears of it.
      if (!step.value.withdraw(refusal)) throw refusal;
    }
  }
}

/** In a protocol: waits for an operation and goes on with its result. Throws where it failed. */
export function* outcome<T>(operation: Operation<T>): Steps<T> {
  if (!operation.done) yield operation;
  return operation.take();
}
