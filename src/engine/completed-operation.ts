/** Operations that had ended before anybody could wait for them. */
import { Operation, type OperationDriver } from './operation.ts';
import type { Status } from './request.ts';

export class CompletedOperation<T> extends Operation<T> {
  readonly #value: T;
  readonly #status: Status | null;

  constructor(driver: OperationDriver, value: T, status: Status | null = null) {
    super(driver);
    this.#value = value;
    this.#status = status;
    this.done = true;
  }

  override withdraw(): boolean {
    return false;
  }

  protected override result(): T {
    return this.#value;
  }

  protected override completedStatus(): Status {
    return this.#status ?? super.completedStatus();
  }
}

/** An operation that was not even begun. */
export class FailedOperation extends Operation<never> {
  constructor(driver: OperationDriver, reason: unknown) {
    super(driver);
    this.fail(reason);
  }

  override withdraw(): boolean {
    return false;
  }

  protected override result(): never {
    throw this.failure;
  }
}
