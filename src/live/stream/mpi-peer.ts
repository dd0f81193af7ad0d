/**
 * A client of an MPI communicator, from the master's side. A receive for its next message waits while the last one is read, so no
 * client can have more than two messages in the master's memory, and whoever has one is served in turn, whatever the others send.
 *
 *     short message   whole frames                            ─→ read one after the other
 *     short message   the beginning of one long frame
 *       message …     its rest, straight to its place         ─→ read as one
 *     notice          a long frame in shared memory           ─→ read where it lies
 */
import { type Communicator, MPIError, type MatchedMessage, type Request, type Status } from '../../index.ts';
import type { BufferPool, PooledBuffer } from '../update/buffer-pool.ts';
import { FrameError } from '../update/frame-error.ts';
import { aligned, announcedLength } from '../update/frame-layout.ts';
import { asError } from './as-error.ts';
import type { ClientPeer } from './client-entry.ts';
import { AT_ONCE } from './deferred.ts';
import { MasterSlots } from './master-slots.ts';
import { mergedFeedback } from './merged-feedback.ts';
import { isNotice } from './slot-layout.ts';
import { type FeedbackMessage, SHORT_BYTES_MAX } from './wire-tags.ts';

/** What becomes of what comes. */
export interface PeerEvents {
  /** Takes the message over; the promise resolves when it was read. */
  message(buffer: PooledBuffer): Promise<void>;
  /** Nothing more comes: an error, or null where the master itself has hung up. */
  over(error: Error | null): void;
}

/** Messages up to here move out of the memory that any short message would fit into: a copy costs less than what it would hold. */
const MOVED_BYTES_MAX = SHORT_BYTES_MAX / 4;

export class MpiPeer implements ClientPeer {
  readonly #comm: Communicator;
  readonly #rank: number;
  readonly #tag: number;
  readonly #pool: BufferPool;
  readonly #bytesMax: number;
  #pending: Request<MatchedMessage | Status> | null = null;
  /** Where the next short message goes. */
  #spare: PooledBuffer | null = null;
  #slots: MasterSlots | null = null;
  /** As it was last told. */
  #stored = 0;
  #hungUp = false;
  #busy = false;
  #acknowledged: Float64Array | null = null;
  #feedback: FeedbackMessage | null = null;

  /** @param bytesMax of one message */
  constructor(comm: Communicator, rank: number, tag: number, pool: BufferPool, bytesMax: number) {
    this.#comm = comm;
    this.#rank = rank;
    this.#tag = tag;
    this.#pool = pool;
    this.#bytesMax = bytesMax;
  }

  /** Receives frames until the client is gone. */
  async receiveFrames(events: PeerEvents): Promise<void> {
    let isRead = AT_ONCE;
    let failure: Error | null = null;
    try {
      while (!this.#hungUp) {
        const into = (this.#spare ??= this.#pool.acquire(SHORT_BYTES_MAX));
        const { bytes } = await this.#await(this.#comm.recvInto(into.bytes, this.#rank, this.#tag));
        if (this.#isOver()) break;
        this.#require(bytes);
        const length = announcedLength(into.bytes, bytes);
        let message: PooledBuffer;
        if (isNotice(into.bytes, bytes)) {
          message = this.#inSlot(into.bytes.subarray(0, bytes));
        } else if (length > bytes || bytes <= MOVED_BYTES_MAX) {
          message = await this.#whole(into.bytes.subarray(0, bytes), length);
        } else {
          message = into.shortened(bytes);
          this.#spare = null;
        }
        await isRead;
        isRead = events.message(message);
      }
    } catch (error) {
      if (!this.#hungUp) failure = asError(error);
    }
    this.#dropSpare();
    // What has come is read, whatever has become of its sender.
    if (!this.#hungUp) await isRead;
    events.over(failure);
  }

  /** Receives the next message, whatever it is; null where the master hangs up before. */
  async receiveAny(): Promise<PooledBuffer | null> {
    if (this.#hungUp) return null;
    const matched = await this.#await(this.#comm.mprobe(this.#rank, this.#tag));
    // It was cancelled, and has no message; or has one that nobody wants any more.
    if (this.#isOver()) return null;
    this.#require(matched.bytes);
    const buffer = this.#pool.acquire(matched.bytes);
    try {
      await matched.recvInto(buffer.bytes);
      return buffer;
    } catch (error) {
      buffer.release();
      throw error;
    }
  }

  acknowledge(credits: number, stored: number, heartbeats: number): void {
    const owed = (this.#acknowledged ??= new Float64Array(3));
    owed[0] = (owed[0] ?? 0) + credits;
    owed[1] = this.#stored = stored;
    owed[2] = (owed[2] ?? 0) + heartbeats;
    this.#flush();
  }

  tell(message: FeedbackMessage): void {
    this.#feedback = this.#feedback === null ? message : mergedFeedback(this.#feedback, message);
    this.#flush();
  }

  hangUp(): void {
    this.#hungUp = true;
    if (this.#pending?.cancel() === true) this.#dropSpare();
  }

  #dropSpare(): void {
    this.#spare?.release();
    this.#spare = null;
  }

  #isOver(): boolean {
    return this.#hungUp;
  }

  #await<T extends MatchedMessage | Status>(request: Request<T>): Request<T> {
    this.#pending = request;
    return request;
  }

  /** A message in memory of its own length; of a longer frame all that is still to come. */
  async #whole(beginning: Uint8Array, length: number): Promise<PooledBuffer> {
    const isLong = length > beginning.byteLength;
    if (isLong) this.#require(length);
    const buffer = this.#pool.acquire(isLong ? length : beginning.byteLength);
    buffer.bytes.set(beginning);
    try {
      for (let at = beginning.byteLength; at < length;) {
        const rest = buffer.bytes.subarray(at);
        const { bytes } = await this.#await(this.#comm.recvInto(rest, this.#rank, this.#tag));
        if (bytes === 0) throw new FrameError(`it ends after ${at} bytes where ${length} were announced`);
        const end = aligned(at + bytes);
        buffer.bytes.fill(0, at + bytes, end);
        at = end;
      }
      return buffer;
    } catch (error) {
      buffer.release();
      throw error;
    }
  }

  /** A frame of which a notice tells; of its own where views that are used too late are looked for. */
  #inSlot(notice: Uint8Array): PooledBuffer {
    this.#slots ??= new MasterSlots(() => this.acknowledge(0, this.#stored, 0));
    const frame = this.#slots.frameOf(notice);
    this.#require(frame.bytes.byteLength);
    if (!this.#pool.checked) return frame;
    const copy = this.#pool.acquire(frame.bytes.byteLength);
    copy.bytes.set(frame.bytes);
    frame.release();
    return copy;
  }

  #require(bytes: number): void {
    if (bytes > this.#bytesMax)
      throw new MPIError(
        'MPI_ERR_TRUNCATE',
        `Cannot receive ${bytes} bytes from rank ${this.#rank} of "${this.#comm.name}": messageBytesMax is ${this.#bytesMax}`,
      );
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
