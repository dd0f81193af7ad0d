/** An accept under way: it waits for a client at its port. */
import { Operation, type OperationDriver } from '../engine/operation.ts';
import type { WaitDescription } from '../engine/wait-description.ts';
import type { ContextId } from '../model/context-id.ts';
import type { ProcessId } from '../model/process-id.ts';

/** A client, as it has called. */
export interface Caller {
  /** Who called: the root of its group. */
  readonly from: ProcessId;
  readonly group: readonly ProcessId[];
  /** Where it waits for the answer. */
  readonly replyTo: ContextId;
}

export class Acceptance extends Operation<Caller> {
  /** The group that accepts, and the context that it and the client will have in common. */
  readonly group: readonly ProcessId[];
  readonly contextId: ContextId;
  /** Where a client says that it has taken the welcome. */
  readonly confirmTo: ContextId;
  readonly #leave: (acceptance: Acceptance) => boolean;
  #caller: Caller | null = null;

  /** `leave` takes it from its port; false where a client has come, and its word of that is on its way. */
  constructor(
    driver: OperationDriver,
    group: readonly ProcessId[],
    contextId: ContextId,
    confirmTo: ContextId,
    leave: (acceptance: Acceptance) => boolean,
  ) {
    super(driver);
    this.group = group;
    this.contextId = contextId;
    this.confirmTo = confirmTo;
    this.#leave = leave;
  }

  /** A client has come, and knows it. */
  met(caller: Caller): void {
    this.#caller = caller;
    this.complete();
  }

  override withdraw(reason: unknown): boolean {
    if (this.done || !this.#leave(this)) return false;
    this.fail(reason);
    return true;
  }

  override describe(): WaitDescription {
    return {
      operation: 'accept',
      communicator: '',
      peers: [],
      open: true,
      tag: null,
      data: 'a client at its port',
    };
  }

  override cancel(): boolean {
    return false;
  }

  protected override result(): Caller {
    return this.#caller as Caller;
  }
}
