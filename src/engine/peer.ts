/** A process that this one talks to (or itself): what goes there, what comes from there, and whether it has ended. */
import type { ProcessId } from '../model/process-id.ts';
import type { PeerEnd } from '../transport/transport.ts';
import { Inbox, type InboxHost } from './inbox.ts';
import { Outbox, type OutboxHost } from './outbox.ts';

export class Peer {
  readonly id: ProcessId;
  readonly outbox: Outbox;
  readonly inbox: Inbox;
  /** How it ended, or null as long as it has not. */
  end: PeerEnd | null = null;

  constructor(id: ProcessId, host: InboxHost & OutboxHost) {
    this.id = id;
    this.outbox = new Outbox(id, host);
    this.inbox = new Inbox(this, host);
  }
}
