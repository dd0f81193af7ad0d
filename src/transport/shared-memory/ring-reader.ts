/** The reader's end of a ring (ring-layout.ts): it believes nothing that lies there. */
import type { MappedFile } from '../../system/mapped-file.ts';
import { type Frame, FrameKind, type LentData } from '../../wire/frame.ts';
import {
  ATTENTION,
  HEADER_BYTES,
  INLINE_WORD,
  lines,
  LOADS_ARE_ORDERED,
  READ_BYTES,
  READ_SLOTS,
  RingEnd,
  type RingStart,
  ROOM_WANTED,
} from './ring-layout.ts';

/** Frames that one look takes from a ring, so that no peer starves another. */
const FRAMES_AT_ONCE = 128;

export class RingReader extends RingEnd {
  /** The data that this loan of a request is; null where there is none. */
  lentBy: (loan: number, request: number) => LentData | null = () => null;
  /** Slots and bytes that the writer has been told of. */
  #toldSlots: number;
  #toldBytes: number;
  /** The slots of the frame that was read last. */
  #slots = 1;
  /** The writer has been told of room since it was last asked whether it waits for some. */
  #toldLately = false;

  constructor(file: MappedFile, ringBytes: number, start?: RingStart) {
    super(file, ringBytes, start);
    this.#toldSlots = this.slot;
    this.#toldBytes = this.byte;
  }

  /** Whether the writer shall report news in the mailbox: it need not while the reader looks here by itself. */
  set wantsAttention(wanted: boolean) {
    Atomics.store(this.words, ATTENTION, wanted ? 1 : 0);
  }

  /** True where a frame waits. */
  hasFrame(): boolean {
    return this.words[this.#at()] === ((this.slot + 1) | 0);
  }

  /** The same in the order of everything written before: for the last look before a sleep. */
  hasFrameAfterAll(): boolean {
    return Atomics.load(this.words, this.#at()) === ((this.slot + 1) | 0);
  }

  /**
   * Hands the waiting frames over, a bounded number of them; how many they were. Throws where one is malformed:
   * whatever the writer put there, nothing outside the ring is touched.
   */
  drain(frame: Frame, deliver: (frame: Frame) => void): number {
    let count = 0;
    while (count < FRAMES_AT_ONCE) {
      const at = this.#at();
      if (this.words[at] !== ((this.slot + 1) | 0)) break;
      if (!LOADS_ARE_ORDERED) Atomics.load(this.words, at);
      const payload = this.#read(at, frame);
      deliver(frame);
      this.slot = (this.slot + this.#slots) | 0;
      if (payload !== 0) this.#passPayload(payload);
      if (((this.slot - this.#toldSlots) | 0) > this.slotMask >> 2) {
        this.#toldSlots = this.slot;
        this.#toldLately = true;
        Atomics.store(this.words, READ_SLOTS, this.slot);
      }
      count++;
    }
    return count;
  }

  /** True once for a writer that was refused and has been told of room since: it must be woken. */
  takeRoomWanted(): boolean {
    if (!this.#toldLately) return false;
    this.#toldLately = false;
    if (Atomics.load(this.words, ROOM_WANTED) === 0) return false;
    Atomics.store(this.words, ROOM_WANTED, 0);
    return true;
  }

  #at(): number {
    return (HEADER_BYTES >> 2) + ((this.slot & this.slotMask) << 4);
  }

  /** Fills `frame`; the bytes of payload area that it takes with what was skipped before it. */
  #read(at: number, frame: Frame): number {
    const words = this.words;
    const meta = words[at + 1]!;
    const kind = meta & 15;
    frame.kind = kind;
    frame.data = this.bytes;
    this.#slots = 1;
    switch (kind) {
      case FrameKind.EAGER:
      case FrameKind.EAGER_FIRST:
      case FrameKind.REQUEST: {
        frame.elementType = (meta >>> 4) & 63;
        frame.source = meta >>> 10;
        frame.contextHigh = words[at + 2]!;
        frame.contextLow = words[at + 3]!;
        frame.tag = words[at + 4]!;
        const length = words[at + 5]! >>> 0;
        frame.length = length;
        if (kind === FrameKind.REQUEST) {
          frame.id = words[at + INLINE_WORD]!;
          frame.lent = this.lentBy(words[at + INLINE_WORD + 1]!, frame.id);
          frame.size = 0;
          return 0;
        }
        const slots = kind === FrameKind.EAGER ? this.slotsFor(length) : 0;
        if (slots > 0) {
          this.#slots = slots;
          frame.start = (at + INLINE_WORD) << 2;
          frame.size = length;
          return 0;
        }
        return this.#readPayload(frame, words[at + INLINE_WORD]!);
      }
      case FrameKind.EAGER_MORE:
      case FrameKind.DATA:
        frame.id = words[at + 2]!;
        return this.#readPayload(frame, words[at + 4]!);
      default:
        frame.id = words[at + 2]!;
        frame.value = words[at + 3]!;
        frame.size = 0;
        return 0;
    }
  }

  #readPayload(frame: Frame, size: number): number {
    if (!(size >= 0 && size <= this.payloadBytes >> 2)) throw new Error(`a part of ${String(size)} bytes`);
    const skip = this.skipFor(size);
    frame.start = this.payloadStart + ((this.byte + skip) & (this.payloadBytes - 1));
    frame.size = size;
    return skip + lines(size);
  }

  #passPayload(bytes: number): void {
    this.byte = (this.byte + bytes) | 0;
    if (((this.byte - this.#toldBytes) | 0) > this.payloadBytes >> 2) {
      this.#toldBytes = this.byte;
      this.#toldLately = true;
      Atomics.store(this.words, READ_BYTES, this.byte);
    }
  }
}
