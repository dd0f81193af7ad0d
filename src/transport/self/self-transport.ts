/**
 * The transport of a process to itself: a bounded queue in its own memory. What is pushed is copied, as everywhere:
 * the sender may change its buffer as soon as the push has returned.
 */
import type { ProcessId } from '../../model/process-id.ts';
import { type ControlKind, Frame, FrameKind, type MessageKind, type PartKind } from '../../wire/frame.ts';
import { copiedBytes } from '../copied-bytes.ts';
import type { Channel, Inbound, Reception, Transport } from '../transport.ts';

const FRAMES_MAX = 1024;
const BYTES_MAX = 2 ** 22;
const FRAGMENT_BYTES = 2 ** 16;

export class SelfTransport implements Transport, Channel {
  readonly name = 'self';
  readonly fragmentBytes: number = FRAGMENT_BYTES;
  /** Nobody but this thread could push anything. */
  readonly wakesBlockedThread = false;
  readonly #self: ProcessId;
  #frames: Frame[] = [];
  #bytes = 0;
  #inbound: Inbound | null = null;
  #wake: (() => void) | null = null;
  #closed = false;

  constructor(self: ProcessId) {
    this.#self = self;
  }

  reaches(peer: ProcessId): boolean {
    return peer === this.#self;
  }

  watch(): void {
    // Nobody hears of the own end.
  }

  start(reception: Reception): void {
    this.#inbound = reception(this.#self);
  }

  open(): Channel {
    return this;
  }

  poll(): boolean {
    if (this.#frames.length === 0) return false;
    const frames = this.#frames;
    this.#frames = [];
    this.#bytes = 0;
    for (const frame of frames) this.#inbound?.frame(frame);
    return true;
  }

  pushMessage(
    kind: MessageKind,
    elementType: number,
    source: number,
    contextHigh: number,
    contextLow: number,
    tag: number,
    length: number,
    id: number,
    data: Uint8Array,
    start: number,
    size: number,
  ): boolean {
    const frame = this.#push(kind, data, start, size);
    if (frame === null) return false;
    frame.elementType = elementType;
    frame.source = source;
    frame.contextHigh = contextHigh;
    frame.contextLow = contextLow;
    frame.tag = tag;
    frame.length = length;
    frame.id = id;
    return true;
  }

  pushPart(kind: PartKind, id: number, data: Uint8Array, start: number, size: number): boolean {
    const frame = this.#push(kind, data, start, size);
    if (frame === null) return false;
    frame.id = id;
    return true;
  }

  pushControl(kind: ControlKind, id: number, value: number): boolean {
    const frame = this.#push(kind, null, 0, 0);
    if (frame === null) return false;
    frame.id = id;
    frame.value = value;
    return true;
  }

  /** Never called: a sleep with nobody to end it is an error of the engine's. */
  sleep(): void {
    throw new Error('the transport to oneself cannot wake a sleeping thread');
  }

  arm(wake: () => void): void {
    this.#wake = wake;
    if (this.#frames.length > 0) this.#ring();
  }

  disarm(): void {
    this.#wake = null;
  }

  holdProcess(): void {
    // Whoever could still push keeps the process alive by itself.
  }

  close(): void {
    this.#closed = true;
    this.#frames = [];
    this.#wake = null;
  }

  #push(kind: number, data: Uint8Array | null, start: number, size: number): Frame | null {
    const envelopeOnly = kind === FrameKind.REQUEST || data === null;
    if (this.#closed || this.#frames.length >= FRAMES_MAX || this.#bytes + size > BYTES_MAX) return null;
    const frame = new Frame();
    frame.kind = kind;
    if (!envelopeOnly) {
      frame.data = copiedBytes(data, start, size);
      frame.size = size;
      this.#bytes += size;
    }
    this.#frames.push(frame);
    this.#ring();
    return frame;
  }

  #ring(): void {
    const wake = this.#wake;
    if (wake === null) return;
    setImmediate(() => {
      // Whoever has disarmed in the meantime is awake.
      if (this.#wake !== wake) return;
      this.#wake = null;
      wake();
    });
  }
}
