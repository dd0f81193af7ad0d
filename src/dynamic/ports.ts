/**
 * The ports of this process, and the part of its door that clients knock at. A client is believed only with the port's
 * secret; whoever has none is refused and counted, and costs nothing.
 *
 *     client                                  server
 *     connect  ── connect: secret, group ──►  waits at the port
 *                                             accept
 *              ◄── welcome: group, context ──
 *
 * From then on both have an intercommunicator; nothing else has to be said. A client that waits no longer says `giveUp`.
 */
import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import type { Engine } from '../engine/engine.ts';
import type { Peer } from '../engine/peer.ts';
import { MPIError } from '../errors/mpi-error.ts';
import type { ContextId } from '../model/context-id.ts';
import type { ProcessId } from '../model/process-id.ts';
import { answerIn } from '../p2p/door.ts';
import { areProcessIds, isContextId, isRecord } from '../pmi/agent-messages.ts';
import { markPortClosed, markPortOpen } from '../pmi/port-file.ts';
import type { Acceptance, Caller } from './acceptance.ts';
import { OpenPort, type RefusalReason, type Replies } from './open-port.ts';
import { PortClosedError } from './port-closed-error.ts';
import { formatPortName, parsePortName, publicPortName } from './port-name.ts';

/** What a client is answered. */
export type PortReply =
  | { readonly kind: 'welcome'; readonly group: readonly ProcessId[]; readonly contextId: ContextId }
  | { readonly kind: 'refused'; readonly why: RefusalReason };

/** Ports of one process at a time: each has a file. */
const PORTS_MAX = 4096;
/** Accepted clients that may still say that they had given up in the same moment. */
const REMEMBERED_MAX = 256;

export class Ports implements Replies {
  readonly #engine: Engine;
  readonly #directory: string;
  readonly #ports = new Map<string, OpenPort>();
  /** Those that wait: the engine forgets who has ended. */
  readonly #callers = new WeakMap<Caller, Peer>();
  /** Whom `giveUp` may still come from: by the client's own context, the one of the connection. */
  readonly #accepted = new Map<string, ContextId>();
  /** Knocks that were refused. */
  refused: number = 0;

  /** `directory` is that of this process' job. */
  constructor(engine: Engine, directory: string) {
    this.#engine = engine;
    this.#directory = directory;
  }

  open(): OpenPort {
    if (this.#ports.size >= PORTS_MAX) {
      throw new MPIError(
        'MPI_ERR_PORT',
        `Cannot open a port: this process has ${String(PORTS_MAX)} open already; close those that are not needed`,
      );
    }
    const id = randomBytes(8).toString('hex');
    const address = { owner: this.#engine.self, id, secret: randomBytes(16).toString('hex') };
    markPortOpen(this.#directory, id);
    const port = new OpenPort(this.#engine.driver, address, this);
    this.#ports.set(id, port);
    return port;
  }

  /** The open port of this name; throws where this process has none. */
  find(name: string, verb: string): OpenPort {
    const address = parsePortName(name, `${verb} at`);
    const port = this.#ports.get(address.id);
    if (port?.name === formatPortName(address)) return port;
    const intent = `Cannot ${verb} at ${publicPortName(address)}`;
    if (address.owner !== this.#engine.self) {
      throw new MPIError(
        'MPI_ERR_PORT',
        `${intent}: another process has opened it, and only that one may do so`,
      );
    }
    if (port === undefined) throw new PortClosedError(`${intent}: it has been closed`);
    throw new MPIError(
      'MPI_ERR_PORT',
      `${intent}: the name is not the one that openPort gave: its secret is wrong`,
    );
  }

  close(port: OpenPort): void {
    if (!this.#ports.delete(port.address.id)) return;
    markPortClosed(this.#directory, port.address.id);
    port.close();
  }

  closeAll(): void {
    for (const port of [...this.#ports.values()]) this.close(port);
  }

  // ── the door

  /** Takes what a client says; false where it is meant for somebody else. */
  knocked(from: ProcessId, message: unknown): boolean {
    if (!isRecord(message) || (message['kind'] !== 'connect' && message['kind'] !== 'giveUp')) return false;
    const { port: id, secret, replyTo, group } = message;
    if (!isContextId(replyTo)) return true;
    const port = typeof id === 'string' ? this.#ports.get(id) : undefined;
    if (message['kind'] === 'giveUp') this.#giveUp(port, from, replyTo);
    else if (port === undefined) this.refuse({ from, replyTo }, 'closed');
    else if (typeof secret !== 'string' || !isSame(secret, port.address.secret))
      this.refuse({ from, replyTo }, 'secret');
    else if (!areProcessIds(group) || !group.includes(from) || new Set(group).size !== group.length)
      this.refuse({ from, replyTo }, 'malformed');
    else this.#call(port, { from, replyTo, group });
    return true;
  }

  #call(port: OpenPort, caller: Caller): void {
    this.#callers.set(caller, this.#engine.peer(caller.from));
    port.call(caller);
  }

  #giveUp(port: OpenPort | undefined, from: ProcessId, replyTo: ContextId): void {
    if (port?.giveUp(from, replyTo) === true) return;
    const contextId = this.#accepted.get(keyOf(from, replyTo));
    if (contextId === undefined) return;
    this.#accepted.delete(keyOf(from, replyTo));
    const gone = new MPIError(
      'MPI_ERR_PROC_FAILED',
      'Cannot go on with a client that has connected: it had given up in the same moment',
    );
    this.#engine.contexts.release(contextId, true, () => gone);
  }

  // ── Replies

  welcome(caller: Caller, { group, contextId }: Acceptance): void {
    this.#reply(caller, { kind: 'welcome', group, contextId });
    this.#accepted.set(keyOf(caller.from, caller.replyTo), contextId);
    if (this.#accepted.size <= REMEMBERED_MAX) return;
    const [earliest] = this.#accepted.keys();
    if (earliest !== undefined) this.#accepted.delete(earliest);
  }

  refuse(caller: Pick<Caller, 'from' | 'replyTo'>, why: RefusalReason): void {
    this.refused++;
    this.#reply(caller, { kind: 'refused', why });
  }

  isGone(caller: Caller): boolean {
    return this.#callers.get(caller)?.end !== null;
  }

  #reply(caller: Pick<Caller, 'from' | 'replyTo'>, reply: PortReply): void {
    answerIn(this.#engine, caller.from, caller.replyTo, reply);
  }
}

const keyOf = (from: ProcessId, { high, low }: ContextId): string => `${from} ${String(high)} ${String(low)}`;

/** Takes as long for every guess, whatever its length. */
function isSame(guess: string, secret: string): boolean {
  const digest = (text: string): Buffer => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(guess), digest(secret));
}
