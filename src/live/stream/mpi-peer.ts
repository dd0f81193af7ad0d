/**
 * A client of an MPI communicator, from the master's side: one matched probe waits for its next message, and only when that was
 * read for the one after it. So no client can have more than one message in the master's memory, and whoever has one is
 * served in turn, whatever the others send.
 */
import { type Communicator, MPIError, type MatchedMessage, type Request } from '../../index.ts';
import type { BufferPool, PooledBuffer } from '../update/buffer-pool.ts';
import type { ClientPeer } from './client-entry.ts';
import { mergedFeedback } from './merged-feedback.ts';
import type { FeedbackMessage } from './wire-tags.ts';

/** What becomes of what comes. */
export interface PeerEvents {
  /** Takes the message over; the promise resolves when it was read. */
  message(buffer: PooledBuffer): Promise<void>;
  /** Nothing more comes: an error, or null where the master itself has hung up. */
  over(error: Error | null): void;
}

export class MpiPeer implements ClientPeer {
  readonly #comm: Communicator;
  readonly #rank: number;
  readonly #tag: number;
  #probe: Request<MatchedMessage> | null = null;
  #hungUp = false;
  #busy = false;
  #acknowledged: Float64Array | null = null;
  #feedback: FeedbackMessage | null = null;

  constructor(comm: Communicator, rank: number, tag: number) {
    this.#comm = comm;
    this.#rank = rank;
    this.#tag = tag;
  }

  /** Receives until the client is gone. */
  async receive(pool: BufferPool, bytesMax: number, events: PeerEvents): Promise<void> {
    try {
      while (!this.#hungUp) {
        this.#probe = this.#comm.mprobe(this.#rank, this.#tag);
        const matched = await this.#probe;
        // It was cancelled, and has no message; or has one that nobody wants any more.
        if (this.#isOver()) break;
        await events.message(await this.#fetch(matched, pool, bytesMax));
      }
      events.over(null);
    } catch (error) {
      events.over(error instanceof Error ? error : new Error(String(error)));
    }
  }

  acknowledge(credits: number, stored: number, heartbeats: number): void {
    const owed = (this.#acknowledged ??= new Float64Array(3));
    owed[0] = (owed[0] ?? 0) + credits;
    owed[1] = stored;
    owed[2] = (owed[2] ?? 0) + heartbeats;
    this.#flush();
  }

  tell(message: FeedbackMessage): void {
    this.#feedback = this.#feedback === null ? message : mergedFeedback(this.#feedback, message);
    this.#flush();
  }

  hangUp(): void {
    this.#hungUp = true;
    this.#probe?.cancel();
  }

  #isOver(): boolean {
    return this.#hungUp;
  }

  async #fetch(matched: MatchedMessage, pool: BufferPool, bytesMax: number): Promise<PooledBuffer> {
    if (matched.bytes > bytesMax)
      throw new MPIError(
        'MPI_ERR_TRUNCATE',
        `Cannot receive ${matched.bytes} bytes from rank ${this.#rank} of "${this.#comm.name}": messageBytesMax is ${bytesMax}`,
      );
    const buffer = pool.acquire(matched.bytes);
    try {
      await matched.recvInto(buffer.bytes);
      return buffer;
    } catch (error) {
      buffer.release();
      throw error;
    }
  }

  /** One answer is under way at a time; meanwhile the others are merged. */
  #flush(): void {
    while (!this.#busy) {
      const answer: unknown = this.#acknowledged ?? this.#feedback;
      if (answer === null) return;
      if (answer === this.#acknowledged) this.#acknowledged = null;
      else this.#feedback = null;
      let request: Request;
      try {
        request = this.#comm.send(answer, this.#rank, this.#tag + 1);
      } catch {
        // The receiving side learns of the client's end by itself.
        return;
      }
      if (request.done) {
        void request.catch(() => undefined);
        continue;
      }
      this.#busy = true;
      void request
        .catch(() => undefined)
        .then(() => {
          this.#busy = false;
          this.#flush();
        });
    }
  }
}
