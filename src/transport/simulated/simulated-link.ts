/**
 * The way from one process of a simulated world to another: frames on their way, in order, each with a delay of its
 * own, and never more of them than the link has room for.
 */
import type { ProcessId } from '../../model/process-id.ts';
import { type ControlKind, Frame, FrameKind, type MessageKind, type PartKind } from '../../wire/frame.ts';
import { copiedBytes } from '../copied-bytes.ts';
import type { Channel } from '../transport.ts';

/** What a link asks of its network. */
export interface LinkHost {
  readonly fragmentBytes: number;
  /** How much a link holds until its reader has taken it. */
  readonly linkFrames: number;
  readonly linkBytes: number;
  /** Whether it refuses this time although it has room. */
  refuses(): boolean;
  /** A frame has been pushed: it will arrive. */
  sent(link: SimulatedLink): void;
  /** A push was refused: the writer has to learn of room. `full` where the reader has to take something first. */
  refused(link: SimulatedLink, full: boolean): void;
}

export class SimulatedLink implements Channel {
  readonly from: ProcessId;
  readonly to: ProcessId;
  readonly fragmentBytes: number;
  readonly #host: LinkHost;
  /** On their way; the first one arrives next. */
  readonly flying: Frame[] = [];
  /** Nothing may arrive before what was pushed earlier. */
  lastArrival: number = 0;
  /** The writer waits for the reader to take something. */
  waitsForReader: boolean = false;
  /** The writer is dead: nothing more is pushed. */
  silent: boolean = false;
  #frames = 0;
  #bytes = 0;
  #closed = false;

  constructor(from: ProcessId, to: ProcessId, host: LinkHost) {
    this.from = from;
    this.to = to;
    this.fragmentBytes = host.fragmentBytes;
    this.#host = host;
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
    if (!this.#hasRoom(size)) return false;
    const frame = copied(kind, data, start, kind === FrameKind.REQUEST ? 0 : size);
    frame.elementType = elementType;
    frame.source = source;
    frame.contextHigh = contextHigh;
    frame.contextLow = contextLow;
    frame.tag = tag;
    frame.length = length;
    frame.id = id;
    return this.#push(frame);
  }

  pushPart(kind: PartKind, id: number, data: Uint8Array, start: number, size: number): boolean {
    if (!this.#hasRoom(size)) return false;
    const frame = copied(kind, data, start, size);
    frame.id = id;
    return this.#push(frame);
  }

  pushControl(kind: ControlKind, id: number, value: number): boolean {
    if (!this.#hasRoom(0)) return false;
    const frame = new Frame();
    frame.kind = kind;
    frame.id = id;
    frame.value = value;
    return this.#push(frame);
  }

  close(): void {
    this.#closed = true;
  }

  /** The reader has taken a frame: there is room for another. True where the writer waits for that. */
  taken(frame: Frame): boolean {
    this.#frames--;
    this.#bytes -= frame.size;
    const waits = this.waitsForReader;
    this.waitsForReader = false;
    return waits;
  }

  #hasRoom(size: number): boolean {
    if (this.#closed || this.silent) return false;
    const full = this.#frames >= this.#host.linkFrames || this.#bytes + size > this.#host.linkBytes;
    if (!full && !this.#host.refuses()) return true;
    this.#host.refused(this, full);
    return false;
  }

  #push(frame: Frame): true {
    this.#frames++;
    this.#bytes += frame.size;
    this.flying.push(frame);
    this.#host.sent(this);
    return true;
  }
}

function copied(kind: number, data: Uint8Array, start: number, size: number): Frame {
  const frame = new Frame();
  frame.kind = kind;
  frame.data = copiedBytes(data, start, size);
  frame.size = size;
  return frame;
}
