/** A process that this one talks to (or itself): what goes there, what comes from there, and whether it has ended. */
import type { ProcessId } from '../model/process-id.ts';
import type { PeerEnd } from '../transport/transport.ts';
import { Inbox, type InboxHost } from './inbox.ts';
import type { Operation } from './operation.ts';
import type { Landing } from './landing.ts';
import { Outbox, type OutboxHost } from './outbox.ts';
import type { Party } from './party.ts';

export class Peer implements Party {
  readonly id: ProcessId;
  readonly outbox: Outbox;
  readonly inbox: Inbox;
  /** How it ended, or null as long as it has not. */
  end: PeerEnd | null = null;
  /** The last message that goes to its door; the next one waits for it. */
  lastKnock: Operation<void> | null = null;
  /** Answers that it waits for and that could not be said yet. */
  lateAnswers: number = 0;

  constructor(id: ProcessId, host: InboxHost & OutboxHost) {
    this.id = id;
    this.outbox = new Outbox(id, host);
    this.inbox = new Inbox(this, host);
  }

  clear(request: number, landing: Landing): void {
    this.inbox.clear(request, landing);
  }

  abandon(high: number, low: number, reason: unknown): void {
    this.inbox.abandon(high, low, reason);
  }

  settle(bytes: number): void {
    this.inbox.settle(bytes);
  }
}
