/**
 * The ports of this process, and the part of its door that clients knock at. A client is believed only with the port's
 * secret; whoever has none is refused and counted, and costs nothing.
 *
 *     client                                  server
 *     connect  ── connect: secret, group ──►  waits at the port
 *                                             accept
 *              ◄── welcome: group, context ──
 *              takes it
 *              ── a word of that ──────────►   goes on
 *
 * From then on both have an intercommunicator. A client that waits no longer says `giveUp`, and the accept waits for the next one.
 */
import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import type { Engine } from '../engine/engine.ts';
import { pause } from '../engine/pause.ts';
import type { Peer } from '../engine/peer.ts';
import { MPIError } from '../errors/mpi-error.ts';
import type { ProcessId } from '../model/process-id.ts';
import { ANSWER_AGAIN_MS, answerInTheEnd } from '../p2p/door.ts';
import { areProcessIds, isContextId, isRecord } from '../pmi/agent-messages.ts';
import { markPortClosed, markPortOpen } from '../pmi/port-file.ts';
import type { Acceptance, Caller } from './acceptance.ts';
import { OpenPort, type RefusalReason, type Replies } from './open-port.ts';
import { PortClosedError } from './port-closed-error.ts';
import { formatPortName, parsePortName, publicPortName } from './port-name.ts';
import { type Welcome, welcomeClient } from './welcome.ts';

/** Ports of one process at a time: each has a file. */
const PORTS_MAX = 4096;

export class Ports implements Replies {
  readonly #engine: Engine;
  readonly #directory: string;
  readonly #ports = new Map<string, OpenPort>();
  /** Those that wait: the engine forgets who has ended. */
  readonly #callers = new WeakMap<Caller, Peer>();
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
    if (message['kind'] === 'giveUp') port?.giveUp(from, replyTo);
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

  // ── Replies

  welcome(caller: Caller, acceptance: Acceptance, answered: (came: boolean) => void): Welcome | null {
    return welcomeClient(this.#engine, this.#directory, caller, acceptance, answered);
  }

  refuse({ from, replyTo }: Pick<Caller, 'from' | 'replyTo'>, why: RefusalReason): void {
    this.refused++;
    answerInTheEnd(this.#engine, from, replyTo, { kind: 'refused', why });
  }

  later(port: OpenPort): void {
    pause(this.#engine.driver, this.#engine.clock, ANSWER_AGAIN_MS, () => port.again());
  }

  isGone(caller: Caller): boolean {
    return this.#callers.get(caller)?.end !== null;
  }
}

/** Takes as long for every guess, whatever its length. */
function isSame(guess: string, secret: string): boolean {
  const digest = (text: string): Buffer => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(guess), digest(secret));
}
