/** An operation that was complete before anybody could wait for it. */
import type { Driver } from './driver.ts';
import { Operation } from './operation.ts';
import type { Status } from './request.ts';

export class CompletedOperation<T> extends Operation<T> {
  readonly #value: T;
  readonly #status: Status | null;

  constructor(driver: Driver, value: T, status: Status | null = null) {
    super(driver);
    this.#value = value;
    this.#status = status;
    this.complete();
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
