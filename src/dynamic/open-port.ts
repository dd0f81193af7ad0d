/**
 * A port of this process: clients that wait for an accept, in the order in which they came, and accepts that wait for a
 * client. Never both: whoever comes meets who waits.
 */
import type { Operation, OperationDriver } from '../engine/operation.ts';
import type { ContextId } from '../model/context-id.ts';
import type { ProcessId } from '../model/process-id.ts';
import { Acceptance, type Caller } from './acceptance.ts';
import { PortClosedError } from './port-closed-error.ts';
import { formatPortName, type PortAddress, publicPortName } from './port-name.ts';

/** Clients that may wait at one port; the next one is refused. */
export const CALLERS_MAX = 4096;
/** Processes in the groups of all of them together: what a port can be made to remember. */
export const MEMBERS_MAX = 262_144;

/** Tells a client the outcome. */
export interface Replies {
  welcome(caller: Caller, acceptance: Acceptance): void;
  refuse(caller: Pick<Caller, 'from' | 'replyTo'>, why: RefusalReason): void;
  /** Whether the caller is known to have ended. */
  isGone(caller: Caller): boolean;
}

export type RefusalReason = 'closed' | 'secret' | 'full' | 'malformed' | 'overlap';

export class OpenPort {
  readonly address: PortAddress;
  readonly name: string;
  closed: boolean = false;
  readonly #driver: OperationDriver;
  readonly #replies: Replies;
  #callers: Caller[] = [];
  readonly #acceptances: Acceptance[] = [];

  constructor(driver: OperationDriver, address: PortAddress, replies: Replies) {
    this.#driver = driver;
    this.address = address;
    this.name = formatPortName(address);
    this.#replies = replies;
  }

  /** Clients that wait now. */
  get waiting(): number {
    return this.#callers.length;
  }

  /** Starts an accept for a group. */
  accept(group: readonly ProcessId[], contextId: ContextId): Operation<Caller> {
    const acceptance = new Acceptance(this.#driver, group, contextId, (gone) => {
      const place = this.#acceptances.indexOf(gone);
      if (place >= 0) this.#acceptances.splice(place, 1);
    });
    if (this.closed) acceptance.fail(this.#closedError());
    else this.#acceptances.push(acceptance);
    this.#meet();
    return acceptance;
  }

  /** A client has come. */
  call(caller: Caller): void {
    if (!this.#hasRoomFor(caller))
      this.#callers = this.#callers.filter((other) => !this.#replies.isGone(other));
    if (!this.#hasRoomFor(caller)) {
      this.#replies.refuse(caller, 'full');
      return;
    }
    this.#callers.push(caller);
    this.#meet();
  }

  #hasRoomFor({ group }: Caller): boolean {
    const members = this.#callers.reduce((sum, caller) => sum + caller.group.length, group.length);
    return this.#callers.length < CALLERS_MAX && members <= MEMBERS_MAX;
  }

  /** A client waits no longer; false where it does not wait here. */
  giveUp(from: ProcessId, replyTo: ContextId): boolean {
    const place = this.#callers.findIndex(
      (caller) =>
        caller.from === from && caller.replyTo.high === replyTo.high && caller.replyTo.low === replyTo.low,
    );
    if (place >= 0) this.#callers.splice(place, 1);
    return place >= 0;
  }

  close(): void {
    this.closed = true;
    for (const caller of this.#callers.splice(0)) this.#replies.refuse(caller, 'closed');
    for (const acceptance of this.#acceptances.splice(0)) acceptance.fail(this.#closedError());
  }

  #meet(): void {
    for (;;) {
      const [acceptance] = this.#acceptances;
      const caller = acceptance === undefined ? undefined : this.#callers.shift();
      if (acceptance === undefined || caller === undefined) return;
      if (this.#replies.isGone(caller)) continue;
      if (overlap(caller.group, acceptance.group)) {
        this.#replies.refuse(caller, 'overlap');
        continue;
      }
      this.#acceptances.shift();
      this.#replies.welcome(caller, acceptance);
      acceptance.met(caller);
    }
  }

  #closedError(): PortClosedError {
    return new PortClosedError(`Cannot accept at ${publicPortName(this.address)}: it has been closed`);
  }
}

/** The groups of an intercommunicator have no common member (MPI-4.1 §7.6). */
function overlap(one: readonly ProcessId[], other: readonly ProcessId[]): boolean {
  const members = new Set(one);
  return other.some((id) => members.has(id));
}
