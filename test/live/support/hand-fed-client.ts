/** A client whose frames are put together by hand and handed to a master in this process: exact control, no MPI. */
import type { ClientEntry, ClientPeer } from '#live/stream/client-entry.js';
import type { MasterStream } from '#live/stream/master-stream.js';
import type { FeedbackMessage } from '#live/stream/wire-tags.js';
import { BufferPool } from '#live/update/buffer-pool.js';
import { type ArrayToSend, FrameEncoder, type FrameHead } from '#live/update/frame-encoder.js';
import * as kind from '#live/update/frame-kinds.js';
import type { TypedArray } from '#index.js';

export class HandFedClient implements ClientPeer {
  readonly entry: ClientEntry;
  readonly told: FeedbackMessage[] = [];
  credits = 0;
  stored = 0;
  heartbeats = 0;
  hungUp = false;
  run = 1;
  step = -1;
  sequence = 0;
  discarded = 0;
  now = 1_000_000;
  readonly #stream: MasterStream;
  readonly #encoder = new FrameEncoder(new BufferPool());

  constructor(stream: MasterStream, name: string, { expected = true } = {}) {
    this.#stream = stream;
    this.entry = stream.join(this, name, expected);
  }

  acknowledge(credits: number, stored: number, heartbeats: number): void {
    this.credits += credits;
    this.stored = stored;
    this.heartbeats += heartbeats;
  }

  tell(message: FeedbackMessage): void {
    this.told.push(message);
  }

  hangUp(): void {
    this.hungUp = true;
  }

  hello(small: Record<string, unknown> = {}): Promise<void> {
    return this.frame(kind.HELLO, { name: this.entry.name, credits: 4, ...small });
  }

  data(
    small: Record<string, unknown> = {},
    arrays: Readonly<Record<string, TypedArray>> = {},
  ): Promise<void> {
    this.sequence += 1;
    const list = Object.entries(arrays).map(([name, data]) => ({ name, data, shape: [data.length] }));
    return this.frame(kind.DATA, small, list);
  }

  endRun(): Promise<void> {
    const sent = this.frame(kind.END_RUN);
    this.run += 1;
    this.step = -1;
    this.sequence = this.discarded = 0;
    return sent;
  }

  bye(): Promise<void> {
    return this.frame(kind.BYE);
  }

  frame(
    code: number,
    small: Record<string, unknown> = {},
    arrays: readonly ArrayToSend[] = [],
    head: Partial<FrameHead> = {},
  ): Promise<void> {
    return this.raw(this.bytes(code, small, arrays, head));
  }

  bytes(
    code: number,
    small: Record<string, unknown> = {},
    arrays: readonly ArrayToSend[] = [],
    head: Partial<FrameHead> = {},
  ): Uint8Array {
    const { run, step, sequence, discarded, now } = this;
    const whole = { kind: code, rank: 0, run, step, sequence, time: now, discarded, queued: 0, ...head };
    return this.#encoder.encode(whole, small, arrays).bytes;
  }

  /** Its process has ended. */
  fail(error: Error): void {
    this.#stream.fail(this.entry, error);
  }

  /** Whatever the bytes are. */
  raw(bytes: Uint8Array): Promise<void> {
    const buffer = this.#stream.pool.acquire(bytes.byteLength);
    buffer.bytes.set(bytes);
    return this.#stream.offer(this.entry, buffer);
  }
}
