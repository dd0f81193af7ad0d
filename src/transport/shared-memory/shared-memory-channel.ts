/** The way to one peer: a ring, and the mailbox of its reader, which hears of news where it asks for that. */
import { rmSync } from 'node:fs';
import type { MappedFile } from '../../system/mapped-file.ts';
import type { ControlKind, MessageKind, PartKind } from '../../wire/frame.ts';
import type { Channel, Loan } from '../transport.ts';
import type { JobSegment } from './job-segment.ts';
import type { Lender } from './lender.ts';
import { markLeft } from './ring-layout.ts';
import type { RingWriter } from './ring-writer.ts';

export class SharedMemoryChannel implements Channel {
  readonly fragmentBytes: number;
  readonly #file: MappedFile;
  readonly #segment: JobSegment;
  readonly #rank: number;
  readonly #index: number;
  readonly #lender: Lender | null;
  #ring: RingWriter | null;

  /** `lender` lends what the peer may copy by itself; null where nothing is lent. */
  constructor(
    file: MappedFile,
    ring: RingWriter,
    segment: JobSegment,
    rank: number,
    index: number,
    lender: Lender | null,
  ) {
    this.#lender = lender;
    this.fragmentBytes = ring.fragmentBytes;
    this.#file = file;
    this.#ring = ring;
    this.#segment = segment;
    this.#rank = rank;
    this.#index = index;
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
    const ring = this.#ring;
    return (
      ring?.pushMessage(
        kind,
        elementType,
        source,
        contextHigh,
        contextLow,
        tag,
        length,
        id,
        data,
        start,
        size,
      ) === true && this.#told(ring)
    );
  }

  pushPart(kind: PartKind, id: number, data: Uint8Array, start: number, size: number): boolean {
    const ring = this.#ring;
    return ring?.pushPart(kind, id, data, start, size) === true && this.#told(ring);
  }

  pushControl(kind: ControlKind, id: number, value: number): boolean {
    const ring = this.#ring;
    return ring?.pushControl(kind, id, value) === true && this.#told(ring);
  }

  lend(request: number, data: Uint8Array): Loan | null {
    return this.#ring === null ? null : (this.#lender?.lend(request, data) ?? null);
  }

  get closed(): boolean {
    return this.#ring === null;
  }

  /** The writer leaves in good order, and says so in the ring. */
  leave(): void {
    if (this.#ring !== null) markLeft(this.#file);
  }

  close(): void {
    if (this.#ring === null) return;
    this.#ring = null;
    this.#lender?.close();
    this.#file.close();
    // The reader may have ended before it mapped the ring.
    rmSync(this.#file.path, { force: true });
  }

  /** Lets the reader know of what was just pushed, where it asked for that. */
  #told(ring: RingWriter): true {
    if (ring.wantsAttention) this.#segment.notify(this.#rank, this.#index);
    return true;
  }
}
