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
import type { Welcome } from './welcome.ts';

/** Clients that may wait at one port; the next one is refused. */
export const CALLERS_MAX = 4096;
/** Processes in the groups of all of them together: what a port can be made to remember. */
export const MEMBERS_MAX = 262_144;

/** Tells a client the outcome. */
export interface Replies {
  /**
   * Null where the caller cannot be told now. `answered` hears whether it has come, unless the welcome is taken back first.
   */
  welcome(caller: Caller, acceptance: Acceptance, answered: (came: boolean) => void): Welcome | null;
  refuse(caller: Pick<Caller, 'from' | 'replyTo'>, why: RefusalReason): void;
  /** Somebody could not be told: the port shall be asked to try `again` after a while. */
  later(port: OpenPort): void;
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
  /** Clients that cannot be told of their turn now: others have theirs meanwhile. */
  readonly #aside = new Set<Caller>();
  /** Accepts that wait for the word of a client. */
  readonly #welcomed = new Map<Acceptance, { readonly caller: Caller; readonly welcome: Welcome }>();

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

  /** Starts an accept for a group; its client says at `confirmTo` that it has come. */
  accept(group: readonly ProcessId[], contextId: ContextId, confirmTo: ContextId): Operation<Caller> {
    const acceptance = new Acceptance(this.#driver, group, contextId, confirmTo, (gone) => this.#leave(gone));
    if (this.closed) acceptance.fail(this.#closedError());
    else this.#acceptances.push(acceptance);
    this.#meet();
    return acceptance;
  }

  /** An accept is given up: a client that has not come yet waits for the next one. */
  #leave(gone: Acceptance): boolean {
    const welcomed = this.#welcomed.get(gone);
    if (welcomed === undefined) {
      const place = this.#acceptances.indexOf(gone);
      if (place >= 0) this.#acceptances.splice(place, 1);
      return true;
    }
    if (!welcomed.welcome.takeBack()) return false;
    this.#welcomed.delete(gone);
    this.#callers.unshift(welcomed.caller);
    this.#meet();
    return true;
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
    const isMeant = (caller: Caller): boolean =>
      caller.from === from && caller.replyTo.high === replyTo.high && caller.replyTo.low === replyTo.low;
    const place = this.#callers.findIndex(isMeant);
    if (place >= 0) {
      for (const caller of this.#callers.splice(place, 1)) this.#aside.delete(caller);
      return true;
    }
    const welcomed = [...this.#welcomed].find(([, { caller }]) => isMeant(caller));
    if (welcomed === undefined) return false;
    const [acceptance, { caller, welcome }] = welcomed;
    if (welcome.takeBack()) this.#answered(acceptance, caller, false);
    return true;
  }

  /** Time to try again with those that could not be told. */
  again(): void {
    this.#aside.clear();
    this.#meet();
  }

  close(): void {
    this.closed = true;
    for (const [acceptance, { caller, welcome }] of [...this.#welcomed]) {
      // Who has come stays.
      if (!welcome.takeBack()) continue;
      this.#welcomed.delete(acceptance);
      this.#acceptances.unshift(acceptance);
      this.#callers.unshift(caller);
    }
    this.#aside.clear();
    for (const caller of this.#callers.splice(0)) this.#replies.refuse(caller, 'closed');
    for (const acceptance of this.#acceptances.splice(0)) acceptance.fail(this.#closedError());
  }

  #meet(): void {
    for (;;) {
      const [acceptance] = this.#acceptances;
      const caller = this.#callers.find((each) => !this.#aside.has(each));
      if (acceptance === undefined || caller === undefined) return;
      const place = this.#callers.indexOf(caller);
      this.#callers.splice(place, 1);
      if (this.#replies.isGone(caller)) continue;
      if (overlap(caller.group, acceptance.group)) {
        this.#replies.refuse(caller, 'overlap');
        continue;
      }
      const answered = (came: boolean): void => this.#answered(acceptance, caller, came);
      const welcome = this.#replies.welcome(caller, acceptance, answered);
      if (welcome === null) {
        this.#callers.splice(place, 0, caller);
        if (this.#aside.size === 0) this.#replies.later(this);
        this.#aside.add(caller);
        continue;
      }
      this.#acceptances.shift();
      this.#welcomed.set(acceptance, { caller, welcome });
    }
  }

  /** A welcomed client has come, or never will: then the accept waits on at its old place. */
  #answered(acceptance: Acceptance, caller: Caller, came: boolean): void {
    this.#welcomed.delete(acceptance);
    if (came) acceptance.met(caller);
    else if (this.closed) acceptance.fail(this.#closedError());
    else {
      this.#acceptances.unshift(acceptance);
      this.#meet();
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
