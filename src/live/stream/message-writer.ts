/** Hands frames to MPI as messages, in order, and keeps their memory until they are gone. */
import type { Request, WaitOptions } from '../../index.ts';
import type { PooledBuffer } from '../update/buffer-pool.ts';
import { PRELUDE_BYTES } from '../update/frame-layout.ts';
import { asError } from './as-error.ts';
import { SHORT_BYTES_MAX } from './wire-tags.ts';

/** Sends these bytes on, with everything that was sent before them ahead. */
export type Write = (bytes: Uint8Array, options?: WaitOptions) => Request;

export interface WriterEvents {
  failed(error: Error): void;
  /** A message has gone that did not go at once. */
  written(): void;
}

/** A message that has not gone at once. */
interface Underway {
  readonly request: Request;
  readonly buffer: PooledBuffer;
}

export class MessageWriter {
  readonly #write: Write;
  readonly #events: WriterEvents;
  readonly #underway = new Set<Underway>();

  constructor(write: Write, events: WriterEvents) {
    this.#write = write;
    this.#events = events;
  }

  /** Messages that have not gone yet. */
  get writing(): number {
    return this.#underway.size;
  }

  /** Looks which of them have gone: a program that never lets the event loop turn learns it in no other way. */
  look(): void {
    for (const message of this.#underway) if (message.request.done) this.#end(message);
  }

  /** Of frames that are longer than a short message the beginning goes ahead. Takes the buffer over. */
  send(buffer: PooledBuffer): void {
    const { bytes } = buffer;
    if (bytes.byteLength <= SHORT_BYTES_MAX) return this.sendBytes(bytes, buffer);
    buffer.retain();
    this.sendBytes(bytes.subarray(0, PRELUDE_BYTES), buffer);
    this.sendBytes(bytes.subarray(PRELUDE_BYTES), buffer);
  }

  /** Sends bytes of the buffer as one message. Takes one hold of it over. */
  sendBytes(bytes: Uint8Array, buffer: PooledBuffer): void {
    let request: Request;
    try {
      request = this.#write(bytes);
    } catch (error) {
      buffer.release();
      return this.#events.failed(asError(error));
    }
    if (request.done) {
      buffer.release();
      // It has failed, or it has not: to ask is the way to know.
      try {
        request.test();
      } catch (error) {
        this.#events.failed(asError(error));
      }
      return;
    }
    const message = { request, buffer };
    this.#underway.add(message);
    void request
      .catch((error: unknown) => this.#events.failed(asError(error)))
      .then(() => {
        if (this.#underway.has(message)) this.#end(message);
      });
  }

  #end(message: Underway): void {
    this.#underway.delete(message);
    message.buffer.release();
    this.#events.written();
  }
}
