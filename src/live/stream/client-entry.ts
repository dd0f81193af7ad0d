/** One client as the master keeps it: the message that waits to be read, and what the table of clients shows. */
import type { PooledBuffer } from '../update/buffer-pool.ts';
import { type Frame, FrameDecoder } from '../update/frame-decoder.ts';
import { FrameError } from '../update/frame-error.ts';
import type { UpdateOrigin } from '../update/update.ts';
import { ClientRuns } from './client-runs.ts';
import { Deferred } from './deferred.ts';
import { RateMeter } from './rate-meter.ts';
import type { FeedbackMessage } from './wire-tags.ts';

/**
 * `'joining'`: nothing came yet. `'live'`. `'silent'`: no sign of life for a while. `'left'`: in good order. `'failed'`: its process
 * has ended, or it broke the rules of the wire.
 */
export type ClientState = 'joining' | 'live' | 'silent' | 'left' | 'failed';

/** A line of the table of clients. */
export interface ClientRow extends UpdateOrigin {
  readonly state: ClientState;
  /** The run and the step that it is in, or was in last; undefined before the first. */
  readonly run: number | undefined;
  readonly step: number | undefined;
  readonly received: number;
  /** Updates known not to have come: discarded by its declared policy, or missing. */
  readonly lost: number;
  readonly updatesPerSecond: number;
  readonly bytesPerSecond: number;
  /** Milliseconds from the sending of its last update until it was taken here. */
  readonly lagMs: number;
  /** Updates that waited at the client behind its last frame. */
  readonly queued: number;
  /** Milliseconds since 1970. */
  readonly lastSeen: number;
  /** Why it failed. */
  readonly error: string | undefined;
}

/** The way back to a client. It may be full: what it cannot take at once it merges. */
export interface ClientPeer {
  acknowledge(credits: number, stored: number, heartbeats: number): void;
  tell(message: FeedbackMessage): void;
  /** Nothing more is expected from there. */
  hangUp(): void;
}

export class ClientEntry {
  readonly id: number;
  readonly peer: ClientPeer;
  readonly runs: ClientRuns;
  state: ClientState = 'joining';
  error: Error | undefined = undefined;
  /** It has said who it is. */
  greeted = false;
  /** It has been told that it may go. */
  dismissed = false;
  lastSeen: number;
  queued = 0;
  lagMs = 0;
  received = 0;
  /** Credits that the client has, in all. */
  window = 1;
  /** Bytes of updates that it may have under way. */
  windowBytes = 0;
  /** Credits to be given back. */
  owed = 0;
  owedBytes = 0;
  /** Updates that the stores have, in order. */
  stored = 0;
  /** Frames that a store has not finished yet. */
  storing = 0;
  /** Why not all of it is stored. */
  notStored: Error | null = null;
  readonly updates: RateMeter = new RateMeter();
  readonly bytes: RateMeter = new RateMeter();
  /** In the master's list of those that have something to say. */
  isReady = false;
  readonly #decoder = new FrameDecoder();
  #message: { readonly buffer: PooledBuffer; offset: number; readonly taken: Deferred } | null = null;

  constructor(id: number, name: string, peer: ClientPeer, now: number) {
    this.id = id;
    this.peer = peer;
    this.lastSeen = now;
    this.runs = new ClientRuns({ id, name });
  }

  /** What events and rows call it. */
  get client(): UpdateOrigin {
    return this.runs.client;
  }

  get name(): string {
    return this.client.name;
  }

  get isOver(): boolean {
    return this.state === 'left' || this.state === 'failed';
  }

  /** Nothing more passes between it and the master. */
  get isDone(): boolean {
    return this.state === 'left' ? this.dismissed : this.state === 'failed';
  }

  get hasMessage(): boolean {
    return this.#message !== null;
  }

  /** Takes the message over, one at a time. The promise resolves when all of it was read. */
  offer(buffer: PooledBuffer): Promise<void> {
    const taken = new Deferred();
    this.#message = { buffer, offset: 0, taken };
    return taken.promise;
  }

  /** The next frame, with a hold on its memory. */
  nextFrame(): { readonly frame: Frame; readonly buffer: PooledBuffer } | undefined {
    const message = this.#message;
    if (message === null) return undefined;
    const { buffer } = message;
    const frame = decoded(this.#decoder, buffer, message.offset);
    message.offset += frame.bytes.byteLength;
    if (message.offset < buffer.bytes.byteLength) {
      buffer.retain();
    } else {
      // The last frame takes over the message's own hold.
      this.#message = null;
      message.taken.resolve();
    }
    return { frame, buffer };
  }

  /** Drops what was not read. */
  dropMessage(): void {
    const message = this.#message;
    if (message === null) return;
    this.#message = null;
    message.buffer.release();
    message.taken.resolve();
  }

  row(now: number): ClientRow {
    const { id, name, state, received, queued, lagMs, lastSeen, runs, error } = this;
    return {
      id,
      name,
      state,
      run: runs.run === 0 ? undefined : runs.run,
      step: runs.step < 0 ? undefined : runs.step,
      received,
      lost: runs.lost,
      updatesPerSecond: this.updates.perSecond(now),
      bytesPerSecond: this.bytes.perSecond(now),
      lagMs,
      queued,
      lastSeen,
      error: error?.message,
    };
  }
}

/** What lies in shared memory may change between two looks: then it is no frame either. */
function decoded(decoder: FrameDecoder, buffer: PooledBuffer, offset: number): Frame {
  try {
    return decoder.decode(buffer, offset);
  } catch (error) {
    if (error instanceof RangeError) throw new FrameError(error.message);
    throw error;
  }
}
