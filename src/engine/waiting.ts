/** What waits in a context: receives and probes, as the context and the inboxes see them. */
import type { MPIError } from '../errors/mpi-error.ts';
import type { PostedReceive } from '../matching/posted-receives.ts';
import type { Frame } from '../wire/frame.ts';
import type { ArrivedMessage } from './arrived-message.ts';
import type { Landing } from './landing.ts';
import type { Party } from './party.ts';

export interface WaitingReceive extends PostedReceive {
  /** Why this receive cannot take data of this type, or null where it can. */
  refusal(elementType: number, source: number, tag: number): MPIError | null;
  /** Matches a message that came whole. */
  matchFrame(peer: Party, frame: Frame): void;
  /** Matches a message whose data comes in parts: where they go. */
  matchParts(peer: Party, source: number, tag: number, elementType: number, length: number): Landing;
  /** Matches a message from the unexpected queue. */
  matchArrived(message: ArrivedMessage): void;
  fail(reason: unknown): void;
}

/** Waits for other members of its context in the memory that they have in common. */
export interface WaitingInCommon {
  /** Looks; true where it waits no longer. */
  look(): boolean;
  /** Whether it waits for this rank. */
  waitsFor(rank: number): boolean;
  fail(reason: unknown): void;
}

export interface WaitingProbe {
  readonly source: number;
  readonly tag: number;
  /** A matched probe: the message is its own from now on. */
  readonly takes: boolean;
  found(message: ArrivedMessage): void;
  withdraw(reason: unknown): boolean;
}
