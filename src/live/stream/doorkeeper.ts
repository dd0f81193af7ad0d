/**
 * Tells those who come when a stream has closed that they are too late: they would wait as long as their master lives. One who finds no
 * stream open may also be early for the next, so nobody is told before two looks, with a second between them, have found no other stream
 * that has opened in this one's place.
 *
 *     closed ── 1 s ── look: there is a message ── 1 s ── look: still there ─→ "refused" to who says hello
 *
 * What such a client has sent goes, up to the bye by which it answers: the next message may be of a stream that is to be.
 */
import type { Communicator } from '../../index.ts';
import { decodeFrame, type Frame } from '../update/frame-decoder.ts';
import * as kind from '../update/frame-kinds.ts';

const LOOK_MS = 1000;
/** One who hangs is not waited for any longer. */
const RECEIVE_MS = 1000;
const REASON = 'its master has closed its stream, and has opened no other';

export class Doorkeeper {
  readonly #comm: Communicator;
  readonly #tag: number;
  readonly #ranks = new Set<number>();
  /** Those of whom something lay there at the last look. */
  readonly #waiting = new Set<number>();
  /** Those who are told just now. */
  readonly #answers = new Map<number, Promise<void>>();
  #timer: NodeJS.Timeout | null = null;
  #isOver = false;

  constructor(comm: Communicator, tag: number) {
    this.#comm = comm;
    this.#tag = tag;
  }

  /** The stream has these clients. */
  expect(ranks: readonly number[]): void {
    for (const rank of ranks) this.#ranks.add(rank);
  }

  /** The stream has closed. */
  begin(): void {
    if (this.#isOver || this.#timer !== null) return;
    this.#timer = setInterval(() => this.#look(), LOOK_MS).unref();
  }

  /** Another stream is open. */
  stop(): void {
    this.#isOver = true;
    if (this.#timer !== null) clearInterval(this.#timer);
  }

  /** Resolves when the next message of the client is none for the doorkeeper. */
  async settled(rank: number): Promise<void> {
    await this.#answers.get(rank);
  }

  #look(): void {
    for (const rank of this.#ranks) {
      if (this.#answers.has(rank)) continue;
      if (!this.#isThere(rank)) this.#waiting.delete(rank);
      else if (this.#waiting.delete(rank))
        this.#answers.set(
          rank,
          this.#answer(rank).finally(() => this.#answers.delete(rank)),
        );
      else this.#waiting.add(rank);
    }
    if (this.#ranks.size === 0) this.stop();
  }

  #isThere(rank: number): boolean {
    try {
      return this.#comm.iprobe(rank, this.#tag) !== undefined;
    } catch {
      // It has died, or the communicator is no more.
      this.#ranks.delete(rank);
      return false;
    }
  }

  async #answer(rank: number): Promise<void> {
    let isRefused = false;
    try {
      while (isRefused || this.#isThere(rank)) {
        const { data } = await this.#comm.recv(rank, this.#tag, { timeout: RECEIVE_MS });
        const frame = frameOf(data);
        if (frame?.kind === kind.BYE && frame.small['refused'] === true) break;
        if (isRefused || frame?.kind !== kind.HELLO) continue;
        await this.#comm.send({ closed: REASON, refused: true }, rank, this.#tag + 1);
        isRefused = true;
      }
    } catch {
      // Whoever says nothing more has died, or hangs.
    }
  }
}

/** Undefined where this is none. */
function frameOf(data: unknown): Frame | undefined {
  if (!(data instanceof Uint8Array)) return undefined;
  try {
    return decodeFrame(data.slice());
  } catch {
    return undefined;
  }
}
