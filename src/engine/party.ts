/** The other side of a dialogue, as its messages and receives see it. */
import type { ProcessId } from '../model/process-id.ts';
import type { PeerEnd } from '../transport/transport.ts';
import type { Landing } from './landing.ts';
import type { Outbox } from './outbox.ts';

export interface Party {
  readonly id: ProcessId;
  /** How it ended, or null as long as it has not. */
  readonly end: PeerEnd | null;
  readonly outbox: Outbox;
  /** Answers a rendezvous request: the data may come, to `landing`. */
  clear(request: number, landing: Landing): void;
  /** Ends the receives of one context whose data is on its way from there. */
  abandon(high: number, low: number, reason: unknown): void;
  /** An eager message has found its receive: the sender may send as much again. */
  settle(bytes: number): void;
}
