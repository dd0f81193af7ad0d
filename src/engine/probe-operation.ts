/** A probe that waits for a message: it learns of it, and takes it out of the queue where it is a matched one. */
import { ANY_TAG } from '../model/constants.ts';
import { type ArrivedMessage, elementsIn } from './arrived-message.ts';
import type { MatchContext } from './match-context.ts';
import { Operation, type OperationDriver } from './operation.ts';
import type { Status } from './request.ts';
import type { WaitDescription } from './wait-description.ts';

export abstract class ProbeOperation<T = unknown> extends Operation<T> {
  readonly context: MatchContext;
  readonly source: number;
  readonly tag: number;
  /** A matched probe: the message is its own from now on. */
  readonly takes: boolean;
  message: ArrivedMessage | null = null;
  #status: Status | null = null;

  constructor(driver: OperationDriver, context: MatchContext, source: number, tag: number, takes: boolean) {
    super(driver);
    this.context = context;
    this.source = source;
    this.tag = tag;
    this.takes = takes;
  }

  found(message: ArrivedMessage): void {
    this.message = message;
    this.#status = statusOf(message);
    if (this.takes) this.context.unexpected.remove(message);
    this.complete();
  }

  override describe(): WaitDescription {
    const { context, source, tag } = this;
    return {
      operation: this.takes ? 'mprobe' : 'probe',
      communicator: context.label(),
      peers: context.awaitedFrom(source),
      open: this.limit !== null,
      tag: tag === ANY_TAG ? null : tag,
      data: '',
    };
  }

  override cancel(): boolean {
    if (this.done) return false;
    this.#leaveQueue();
    this.#status = { ...super.completedStatus(), cancelled: true };
    this.complete();
    return true;
  }

  override withdraw(reason: unknown): boolean {
    if (this.done) return false;
    this.#leaveQueue();
    this.fail(reason);
    return true;
  }

  #leaveQueue(): void {
    const place = this.context.probes.indexOf(this);
    if (place >= 0) this.context.probes.splice(place, 1);
  }

  protected override completedStatus(): Status {
    return this.#status ?? super.completedStatus();
  }
}

/** What a probe tells about a message: its count is in elements of what was sent, 1 for a value. */
export function statusOf(message: ArrivedMessage): Status {
  const count = elementsIn(message.elementType, message.length);
  return { source: message.source, tag: message.tag, count, bytes: message.length, cancelled: false };
}
