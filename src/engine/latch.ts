/** An operation that somebody completes by hand. Who waits for it may give up, and disturbs nobody by that. */
import { Operation } from './operation.ts';

export class Latch extends Operation<void> {
  override withdraw(reason: unknown): boolean {
    if (this.done) return false;
    this.fail(reason);
    return true;
  }

  protected override result(): void {
    return undefined;
  }
}
