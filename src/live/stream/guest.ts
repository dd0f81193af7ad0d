/**
 * A process that has come through a port. What it is it says in its first message: a viewer looks on, anything else is a client,
 * or wants to pass for one.
 *
 *     hello, role: 'viewer' ─→ desk of those who show something      values, and what people do there, as text
 *     any other             ─→ the stream's clients                  updates and credits
 */
import type { Intercommunicator } from '../../index.ts';
import type { PooledBuffer } from '../update/buffer-pool.ts';
import { decodeFrame, type Frame } from '../update/frame-decoder.ts';
import * as kind from '../update/frame-kinds.ts';
import { asError } from './as-error.ts';
import type { MpiPeer, PeerEvents } from './mpi-peer.ts';
import { MpiViewerLine } from './mpi-viewer-line.ts';
import type { Attendance, ViewerDesk } from './viewer-desk.ts';

export const VIEWER_ROLE = 'viewer';
/** What a viewer says when it goes in good order. */
export const VIEWER_BYE = 'bye';
const NAME_MAX = 200;

export interface GuestHosts {
  /** Where viewers are let in, or why not. */
  desk(): ViewerDesk | string;
  client(peer: MpiPeer): PeerEvents;
}

export class Guest {
  readonly #comm: Intercommunicator;
  readonly #rank: number;
  readonly #tag: number;
  readonly #hosts: GuestHosts;
  readonly #peer: MpiPeer;
  #isSettled = false;
  isClient = false;

  constructor(comm: Intercommunicator, rank: number, tag: number, peer: MpiPeer, hosts: GuestHosts) {
    this.#comm = comm;
    this.#rank = rank;
    this.#tag = tag;
    this.#hosts = hosts;
    this.#peer = peer;
  }

  /** Receives until it is gone; `settled` is called once, when it is known what it is, or that it never says. */
  async receive(settled: () => void): Promise<void> {
    const first = await this.#peer.receiveAny().catch(() => null);
    this.#isSettled = true;
    if (first === null) {
      settled();
      return;
    }
    const small = helloOf(first.bytes);
    if (small?.['role'] === VIEWER_ROLE) {
      const events = this.#viewer(small['name']);
      first.release();
      settled();
      await this.#receiveTexts(events);
      return;
    }
    this.isClient = true;
    const events = this.#hosts.client(this.#peer);
    const isRead = events.message(first);
    settled();
    await isRead;
    await this.#peer.receiveFrames(events);
  }

  /** It has not said yet what it is, and nobody wants to know it any more. */
  dismiss(): void {
    if (!this.#isSettled) this.#peer.hangUp();
  }

  async #receiveTexts(events: PeerEvents): Promise<void> {
    let failure: Error | null = null;
    try {
      for (let next = await this.#peer.receiveAny(); next !== null; next = await this.#peer.receiveAny())
        await events.message(next);
    } catch (error) {
      failure = asError(error);
    }
    events.over(failure);
  }

  #viewer(given: unknown): PeerEvents {
    const name = typeof given === 'string' && given !== '' ? given.slice(0, NAME_MAX) : `rank ${this.#rank}`;
    const line = new MpiViewerLine(this.#comm, this.#rank, this.#tag);
    const hangUp = (reason: string): void => {
      line.close(JSON.stringify({ type: 'closed', reason }));
      this.#peer.hangUp();
    };
    const desk = this.#hosts.desk();
    const attendance =
      typeof desk === 'string' ? desk : desk.admit(line, name, () => hangUp('the program has closed it'));
    if (typeof attendance === 'string') {
      hangUp(attendance);
      return { message: (buffer) => this.#read(buffer), over: () => undefined };
    }
    let isLeaving = false;
    return {
      message: (buffer) => {
        const text = new TextDecoder().decode(buffer.bytes);
        if (text === VIEWER_BYE) {
          isLeaving = true;
          this.#peer.hangUp();
        } else if (!line.hear(text)) hearSafely(attendance, text);
        return this.#read(buffer);
      },
      over: (error) => {
        line.close();
        attendance.gone(isLeaving || error === null ? undefined : error);
      },
    };
  }

  #read(buffer: PooledBuffer): Promise<void> {
    buffer.release();
    return Promise.resolve();
  }
}

/** What the program's own listeners throw is not the viewer's fault: nobody else would hear of it. */
function hearSafely(attendance: Attendance, text: string): void {
  try {
    attendance.hear(text);
  } catch (error) {
    queueMicrotask(() => {
      throw error;
    });
  }
}

/** What the process says of itself; undefined where this is no such message. */
function helloOf(bytes: Uint8Array<ArrayBuffer>): Frame['small'] | undefined {
  try {
    const frame = decodeFrame(bytes);
    return frame.kind === kind.HELLO ? frame.small : undefined;
  } catch {
    return undefined;
  }
}
